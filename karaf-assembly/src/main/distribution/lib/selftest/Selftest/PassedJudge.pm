# SPDX-License-Identifier: Apache-2.0
# A judge of what looks the same while a queue overflows: then the n-th flow told of need not be the n-th one made, and
# several of whom nothing is known are told of once. So one of the two programs is refused by a rule, and with it whoever
# is not known. What is told to be let pass is told in the order in which it arrives, and what arrives says whose it is.
# Of what is refused it can only be said whether who was named can have sent it.
package Selftest::PassedJudge;
use strict;
use warnings;
use Selftest::Address;
use Selftest::Judge;

our @ISA = ('Selftest::Judge');

sub queue {
    my ($self, $port) = @_;
    return $self->{queues}{$port} //= {by_pid => {}, allowed => [], named => [], others => 0};
}

sub take {
    my ($self, $flow) = @_;
    $self->{flows}{$flow->{number}} = $flow;
    $self->queue($flow->{truth}{port})->{by_pid}{$flow->{truth}{pid}} = $flow;
}

sub take_told {
    my ($self, $number, $event) = @_;
    my ($queue, $subject) = ($self->queue($event->{flow}{local}{port}), $event->{subject});
    if    ($event->{verdict} eq 'allow') { push @{$queue->{allowed}}, $subject }
    elsif (defined $subject->{pid})      { push @{$queue->{named}},   $subject }
    else                                 { $queue->{others}++ }
}

# Which flows arrived, each with the port it came from, in their order: once all was made and told.
sub arrived {
    my ($self, @flows) = @_;
    for (@flows) {
        my $flow    = $self->{flows}{$_->[0]} or next;
        my $allowed = $self->queue($_->[1])->{allowed};
        $flow->{passed} = 1;
        $self->{problem} = 'failed: the queue did not overflow' if $flow->{dropped};
        $self->tell($flow, shift @$allowed) if @$allowed;
    }
    $self->refused_ones($_) for values %{$self->{queues}};
}

sub refused_ones {
    my ($self, $queue) = @_;
    for my $subject (@{$queue->{allowed}}, @{$queue->{named}}) {
        my $flow = $queue->{by_pid}{$subject->{pid} // ''};
        if ($flow && $flow->{best} eq 'unseen' && !$flow->{passed}) { $self->tell($flow, $subject) }
        else                                                        { $self->stranger($subject) }
    }
    for my $flow (grep { $_->{best} eq 'unseen' && !$_->{dropped} && !$_->{passed} } values %{$queue->{by_pid}}) {
        if ($queue->{others}) { $self->tell($flow, {kind => 'unknown'}) }
        else                  { $self->dropped($flow->{number}) }    # nobody was asked about it
    }
}

# One who was named and sent nothing there, or that was told of already.
sub stranger {
    my ($self, $subject) = @_;
    $self->{count}{wrong}++;
    push @{$self->{sentences}}, 'process ' . ($subject->{pid} // "of kind $subject->{kind}") . ' is said to have sent what it did not';
}

1;
