# SPDX-License-Identifier: Apache-2.0
# A queue that overflows. While the daemon stands still some programs send; then more is sent than its queue and the
# records of the packets hold, and more programs send, of which nothing can pass; and more while it goes on again. Each
# datagram carries its flow's number behind what anybody looks at, so the peer knows which ones passed, and in which order.
package Selftest::Overflow;
use strict;
use warnings;
use Socket qw(AF_INET MSG_DONTWAIT SOCK_DGRAM SOL_SOCKET);
use Selftest::Address;
use Selftest::Kinds;
use Selftest::Rows;

use constant {
    SO_SNDBUFFORCE => 32,
    BEFORE => 0.4, FULL => 0.7,  # which part of the flows are made before the queue is full, and until it is emptied
    QUIET_SECONDS => 3,          # without news, beyond what a flow may wait for its program
};
my $behind = 'selftest' x 12;    # longer than the 96 bytes of a packet that are looked at

# What a flow's datagram carries, as hexadecimal digits.
sub says {
    my ($flow) = @_;
    return unpack 'H*', $behind . pack 'N', $flow;
}

# The number of the flow that a datagram is of; undef if it is none of these.
sub flow_of {
    my ($datagram) = @_;
    return length $datagram == length($behind) + 4 ? unpack 'N', substr $datagram, -4 : undef;
}

# In the driver: makes the flows; wait is called where the daemon is to stand still, and where it is to go on.
sub make {
    my ($driver, $rows, $count, $wait) = @_;
    my ($before, $full) = (int $count * BEFORE, int $count * FULL);
    $wait->() or return;
    Selftest::Rows::make($driver, $rows, 0 .. $before - 1);
    fill($driver->{kind}{filling});
    Selftest::Rows::make($driver, $rows, $before .. $full - 1);
    print "dropped $_\n" for $before .. $full - 1;
    $wait->() or return;
    Selftest::Rows::make($driver, $rows, $full .. $count - 1);
}

# Most of these are refused, as they are to be. Those in the queue count as the socket's own memory, and none may wait.
sub fill {
    my ($count) = @_;
    socket my $socket, AF_INET, SOCK_DGRAM, 0 or die "socket: $!\n";
    setsockopt $socket, SOL_SOCKET, SO_SNDBUFFORCE, 64 << 20 or die "send buffer: $!\n";
    my $peer = pack 'H*', Selftest::Address::sockaddr($Selftest::Address::net{peer}, Selftest::Kinds::PORT);
    for (1 .. $count) { send $socket, 'filling', MSG_DONTWAIT, $peer }
}

# In the self-test: what the driver waits for, at its first and its second wait.
sub open_gate {
    my ($daemon, $kind, $lab) = @_;
    return $daemon->go_on if $daemon->{stands};
    $daemon->refuse($lab->{two}, Selftest::Kinds::COUNTED) if Selftest::Kinds::looks_same($kind);
    $daemon->stand_still;
}

# Once all was made: waits for what is told of it, compares it with what arrived, and lets the daemon be as it was.
sub finish {
    my ($daemon, $judge, $lab, $quiet) = @_;
    $quiet->();
    $judge->arrived($lab->arrivals);
    $daemon->refuse_no_more if $judge->{same};
}

1;
