# SPDX-License-Identifier: Apache-2.0
# Holds what the daemon tells of flows against who made them.
package Selftest::Judge;
use strict;
use warnings;
use Selftest::Address;

# Numbers of a subject that must be those of the truth wherever the daemon tells them: its name, and the truth's.
my @numbers = (['pid', 'pid'], ['startTicks', 'start'], ['uid', 'uid'], ['gid', 'gid'], ['processUid', 'processUid']);

sub new {
    my ($class, $kind) = @_;
    return bless {kind => $kind, flows => [], by_key => {}, problem => ''}, $class;
}

# Notes who made a flow.
sub made {
    my ($self, $truth) = @_;
    my $flow = {truth => {%$truth}, told => []};
    push @{$self->{flows}}, $flow;
    push @{$self->{by_key}{$truth->{key}}}, $flow;
}

# The direction and the remote address of what the daemon tells, as in the keys of truths.
sub key {
    my ($event) = @_;
    return "$event->{flow}{direction} " . Selftest::Address::plain($event->{flow}{remote}{ip});
}

# Notes what the daemon tells.
sub told {
    my ($self, $event) = @_;
    my $flows = $self->{by_key}{key($event)} or return 0;
    my $subject = $event->{subject};
    push @{flow_of($subject, $flows)->{told}}, $subject;
    return 1;
}

# Where flows look the same, the n-th one told of is the n-th one made: the packet thread keeps their order. Only who had
# to be searched is told out of order, and is looked for by the process; if it is none of them, it is wrong of any.
sub flow_of {
    my ($subject, $flows) = @_;
    my @open = grep { !@{$_->{told}} } @$flows;
    if (defined $subject->{pid} && $subject->{source} ne 'bpf') {
        my ($same) = grep { ($_->{truth}{pid} // 0) == $subject->{pid} } @open, @$flows;
        return $same if $same;
    }
    return $open[0] // $flows->[-1];
}

# Whether nothing is waited for any more.
sub is_complete {
    my ($self) = @_;
    return !grep { !@{$_->{told}} } @{$self->{flows}};
}

# Counts: made, attributed, unknown, wrong, unseen (part of unknown), and the sentences about what is wrong.
sub result {
    my ($self) = @_;
    my %result = (made => scalar @{$self->{flows}}, attributed => 0, unknown => 0, wrong => 0, unseen => 0, sentences => []);
    for my $flow (@{$self->{flows}}) {
        $result{unseen}++ if !@{$flow->{told}};
        my ($what, $sentence) = of_flow($flow);
        $result{$what}++;
        push @{$result{sentences}}, "$flow->{truth}{key}: $sentence" if $what eq 'wrong';
    }
    $result{problem} = $self->{problem};
    return \%result;
}

# One wrong answer makes a flow wrong, whatever else was told of it; one right one makes it attributed otherwise.
sub of_flow {
    my ($flow) = @_;
    my $best = 'unknown';
    for my $subject (@{$flow->{told}}) {
        my ($what, $sentence) = compare($flow->{truth}, $subject);
        return ($what, $sentence) if $what eq 'wrong';
        $best = $what if $what eq 'attributed';
    }
    return ($best, '');
}

sub compare {
    my ($truth, $subject) = @_;
    return ('unknown', '') if $subject->{kind} =~ /^(?:unknown|pending)\z/;
    return ('wrong', "is said to be of '$subject->{kind}', is of '$truth->{subject}'") if $subject->{kind} ne $truth->{subject};
    return ('attributed', '') if $truth->{subject} ne 'process';
    for (@numbers) {
        my ($said, $is) = ($subject->{$_->[0]}, $truth->{$_->[1]});
        return ('wrong', "$_->[0] is said to be $said, is $is") if defined $said && $said != $is;
    }
    return ('wrong', "file is said to be $subject->{exe}, is $truth->{exe}") if defined $subject->{exe} && $subject->{exe} ne $truth->{exe};
    my $parent = $subject->{parent} ? $subject->{parent}{pid} : undef;
    return ('wrong', "parent is said to be $parent, is $truth->{ppid}") if defined $parent && $parent != $truth->{ppid};
    my $whole = defined $subject->{pid} && defined $subject->{exe};
    return ($whole ? 'attributed' : 'unknown', '');
}

# For tests: what is known about the flows is wrong, of each flow another fact; of what is no process, all there is.
sub falsify {
    my ($self) = @_;
    my @facts = (qw(pid start ppid uid gid processUid), 'exe');
    for my $number (0 .. $#{$self->{flows}}) {
        my $truth = $self->{flows}[$number]{truth};
        my $fact  = $facts[$number] // next;
        if    ($truth->{subject} ne 'process') { $truth->{subject} = 'nonsense' }
        elsif ($fact eq 'exe')                 { $truth->{exe} .= '-other' }
        else                                   { $truth->{$fact}++ }
    }
}

1;
