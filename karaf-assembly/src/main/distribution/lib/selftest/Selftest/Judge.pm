# SPDX-License-Identifier: Apache-2.0
# Holds what the daemon tells of flows against who made them, as both come in. A flow is forgotten some thousand flows
# after it was told of, so that a hundred thousand of them need no more memory than these.
package Selftest::Judge;
use strict;
use warnings;
use Selftest::Address;
use Selftest::Kinds;

use constant KEPT => 4096;    # flows that may be told of again, as a SYN is that was sent again

# Numbers of a subject that must be those of the truth wherever the daemon tells them: its name, and the truth's.
my @numbers = (['pid', 'pid'], ['startTicks', 'start'], ['uid', 'uid'], ['gid', 'gid'], ['processUid', 'processUid']);

# For tests: the facts that are falsified, of the first flow the first one, and so on.
my @falsified = qw(pid start ppid uid gid processUid exe);

sub new {
    my ($class, $kind, $falsify) = @_;
    return bless {
        kind => $kind, falsify => $falsify, same => Selftest::Kinds::looks_same($kind), dropped => 0,
        flows => {}, gone => '', queues => {}, kept => [], made => 0, open => 0, late => 0, problem => '',
        count => {attributed => 0, unknown => 0, wrong => 0, unseen => 0}, sentences => [],
    }, $class;
}

# Notes who made a flow.
sub made {
    my ($self, $number, $truth) = @_;
    falsify($truth, $number) if $self->{falsify};
    my $flow = {%{$self->{flows}{$number} || {}}, number => $number, truth => $truth, best => 'unseen', sentence => ''};
    $self->{made}++;
    $self->{open}++;
    $self->take($flow);
}

# Takes a flow in; those that look the same wait for their turn.
sub take {
    my ($self, $flow) = @_;
    return $self->queued($flow) if $self->{same};
    $self->{flows}{$flow->{number}} = $flow;
    $self->tell($flow, $_) for @{delete $flow->{early} || []};
}

# Notes that the queue did not take a flow's packet: whatever is told of it is wrong.
sub dropped {
    my ($self, $number) = @_;
    my $flow = $self->{flows}{$number};
    return if !$flow || $flow->{best} ne 'unseen' || $flow->{dropped}++;
    $self->{dropped}++;
    $self->{open}--;
}

# Notes which flows arrived, each with the port it came from, in their order: once all was made and told, where all are
# let pass.
sub arrived {
    my ($self, @flows) = @_;
    my %arrived = map { $_->[0] => 1 } @flows;
    $self->{problem} = 'failed: the queue did not overflow' if grep { ($self->{flows}{$_} || {})->{dropped} } keys %arrived;
    $self->dropped($_) for grep { !$arrived{$_} } keys %{$self->{flows}};
}

# Notes what the daemon tells, if it is of a flow of this kind.
sub told {
    my ($self, $event) = @_;
    my $kind = $self->{kind};
    return if $event->{flow}{direction} ne $kind->{key};
    my $number = Selftest::Address::flow_of($kind->{where}, $kind->{number}, $event->{flow}{remote}{ip}) // return;
    $self->take_told($number, $event);
}

sub take_told {
    my ($self, $number, $event) = @_;
    my ($flow, $subject) = ($self->{flows}{$number}, $event->{subject});
    return $self->told_in_queue($event->{flow}{local}{port}, $subject) if $self->{same};
    if    ($flow && $flow->{truth})        { $self->tell($flow, $subject) }
    elsif (vec $self->{gone}, $number, 1)  { $self->{late}++ }
    else                                   { push @{$self->{flows}{$number}{early}}, $subject }
}

# Where flows look the same, the n-th one told of is the n-th one made: the packet thread keeps their order. Several of
# whom nothing is known may be told of once, and late, so where there is one of these the next one is looked for by its
# process; and so is who had to be searched, which is told out of order. If it is none of them, it is wrong of any.
sub queue {
    my ($self, $port) = @_;
    return $self->{queues}{$port} //= {made => [], told => [], by_pid => {}, searched => [], unknown => 0};
}

sub queued {
    my ($self, $flow) = @_;
    my $queue = $self->queue($flow->{truth}{port});
    $flow->{queue} = $queue;
    push @{$queue->{made}}, $flow;
    $queue->{last} = $queue->{by_pid}{$flow->{truth}{pid}} = $flow;
    $self->search($queue);
    $self->pair($queue);
}

sub told_in_queue {
    my ($self, $port, $subject) = @_;
    my $queue    = $self->queue($port);
    my $searched = defined $subject->{pid} && $subject->{source} ne 'bpf';
    push @{$queue->{$searched ? 'searched' : 'told'}}, $subject;
    $self->search($queue) if $searched;
    $self->pair($queue);
}

sub search {
    my ($self, $queue) = @_;
    my @left;
    for my $subject (splice @{$queue->{searched}}) {
        my $flow = $queue->{by_pid}{$subject->{pid}};
        if ($flow) {
            @{$queue->{made}} = grep { $_ != $flow } @{$queue->{made}};
            $self->tell($flow, $subject);
        } else {
            push @left, $subject;
        }
    }
    $queue->{searched} = \@left;
}

sub pair {
    my ($self, $queue, $all) = @_;
    my ($made, $told) = @$queue{qw(made told)};
    while (@$told) {
        my $subject = $told->[0];
        if (!defined $subject->{pid}) {
            shift @$told;
            $queue->{unknown}++;
            next;
        }
        last if !@$made;
        if ($made->[0]{truth}{pid} != $subject->{pid}) {
            last if !$all && !$queue->{unknown};
            my $flow = $queue->{unknown} ? $queue->{by_pid}{$subject->{pid}} : $made->[0];
            last if !$all && !$flow;
            while ($flow && $flow->{best} eq 'unseen' && $made->[0] != $flow) { $self->tell(shift @$made, {kind => 'unknown'}) }
        }
        $self->tell(shift @$made, shift @$told);
    }
}

# One wrong answer makes a flow wrong, whatever else was told of it; one right one makes it attributed otherwise.
sub tell {
    my ($self, $flow, $subject) = @_;
    my ($what, $sentence) = $flow->{dropped} ? ('wrong', 'is told of, but the queue did not take it') : compare($flow->{truth}, $subject);
    my $first = $flow->{best} eq 'unseen';
    if ($flow->{best} ne 'wrong' && ($first || $what ne 'unknown')) { @$flow{qw(best sentence)} = ($what, $sentence) }
    return if !$first;
    if ($flow->{dropped}) { $self->{dropped}-- }
    else                  { $self->{open}-- }
    push @{$self->{kept}}, $flow;
    $self->settle(shift @{$self->{kept}}) if @{$self->{kept}} > KEPT;
}

# Counts a flow and forgets it.
sub settle {
    my ($self, $flow) = @_;
    my $count = $self->{count};
    $count->{$flow->{best}}++;
    $count->{unknown}++ if $flow->{best} eq 'unseen';
    push @{$self->{sentences}}, "$flow->{truth}{key}: $flow->{sentence}" if $flow->{best} eq 'wrong';
    vec($self->{gone}, $flow->{number}, 1) = 1;
    delete $self->{flows}{$flow->{number}};
    my $by_pid = $flow->{queue} && $flow->{queue}{by_pid};
    delete $by_pid->{$flow->{truth}{pid}} if $by_pid && ($by_pid->{$flow->{truth}{pid}} // 0) == $flow;
}

# Whether nothing is waited for any more.
sub is_complete {
    my ($self) = @_;
    return !$self->{open};
}

# Counts all that is left: made, attributed, unknown, wrong, unseen (part of unknown), late (told of again after it was
# forgotten, and not compared), dropped (by a queue; part of unseen), and the sentences about what is wrong.
sub result {
    my ($self) = @_;
    for my $queue (grep { $_->{made} } values %{$self->{queues}}) {
        $queue->{unknown} += grep { !defined $_->{pid} } @{$queue->{told}};
        $self->pair($queue, 1);
        my @left = (splice(@{$queue->{searched}}), splice @{$queue->{told}});    # of none: wrong of any
        $self->tell(shift @{$queue->{made}} // $queue->{last}, $_) for grep { $queue->{last} } @left;
        if ($queue->{unknown}) { $self->tell($_, {kind => 'unknown'}) for splice @{$queue->{made}} }
        $self->settle($_) for splice @{$queue->{made}};
    }
    $self->settle($_) for splice @{$self->{kept}};
    $self->settle($_) for sort { $a->{number} <=> $b->{number} } grep { $_->{truth} } values %{$self->{flows}};
    return {%{$self->{count}}, map { $_ => $self->{$_} } qw(made late dropped sentences problem same)};
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

# Of each flow another fact; of what is no process, all there is.
sub falsify {
    my ($truth, $number) = @_;
    my $fact = $falsified[$number] // return;
    if    ($truth->{subject} ne 'process') { $truth->{subject} = 'nonsense' }
    elsif ($fact eq 'exe')                 { $truth->{exe} .= '-other' }
    else                                   { $truth->{$fact}++ }
}

1;
