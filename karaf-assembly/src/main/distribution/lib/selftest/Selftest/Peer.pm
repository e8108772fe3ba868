# SPDX-License-Identifier: Apache-2.0
# The host that flows go to: takes TCP connections, which nobody accepts, and datagrams, which nobody reads. When told
# so ("close") it ends all connections from its side; asked for "arrivals" it says which datagrams came to the port where
# they are counted, "arrived FLOW PORT" by PORT they came from, in their order, and "end".
package Selftest::Peer;
use strict;
use warnings;
use Fcntl qw(F_SETFL O_NONBLOCK);
use Socket qw(AF_INET AF_INET6 MSG_DONTWAIT SOCK_DGRAM SOCK_STREAM SOL_SOCKET SO_REUSEADDR unpack_sockaddr_in);
use Selftest::Address;
use Selftest::Child;
use Selftest::Kinds;
use Selftest::Overflow;

use constant {BACKLOG => 4096, IPPROTO_IPV6 => 41, IPV6_V6ONLY => 26, SO_RCVBUFFORCE => 33, COUNTED_BYTES => 32 << 20};

sub start {
    my ($net) = @_;
    my $peer = Selftest::Child->start(sub {
        $net->enter('peer');
        my $port     = Selftest::Kinds::PORT;
        my @sockets  = map { [$_, AF_INET, '0.0.0.0', $port], $net->{has6} ? [$_, AF_INET6, '::', $port] : () } SOCK_STREAM, SOCK_DGRAM;
        my @open     = map { opened(@$_) } @sockets;
        my @streams  = grep { unpack('i', getsockopt $_, SOL_SOCKET, 3) == SOCK_STREAM } @open;    # SO_TYPE
        my $counted  = opened(SOCK_DGRAM, AF_INET, '0.0.0.0', Selftest::Kinds::COUNTED);
        setsockopt $counted, SOL_SOCKET, SO_RCVBUFFORCE, COUNTED_BYTES or die "receive buffer: $!\n";
        print "ready\n";
        while (defined(my $line = readline *STDIN)) {
            if ($line eq "close\n") {
                close_all($_) for @streams;
                print "closed\n";
            } else {
                tell_arrivals($counted);
                print "end\n";
            }
        }
    });
    my $answer = readline($peer->{from}) // 'nothing';
    die "the peer does not start: $answer" if $answer ne "ready\n";
    return $peer;
}

sub opened {
    my ($type, $family, $address, $port) = @_;
    socket my $socket, $family, $type, 0 or die "socket: $!\n";
    setsockopt $socket, SOL_SOCKET, SO_REUSEADDR, 1 or die "reuse: $!\n";
    setsockopt $socket, IPPROTO_IPV6, IPV6_V6ONLY, 1 or die "v6 only: $!\n" if $family == AF_INET6;
    bind $socket, pack 'H*', Selftest::Address::sockaddr($address, $port) or die "bind: $!\n";
    return $socket if $type == SOCK_DGRAM;
    listen $socket, BACKLOG or die "listen: $!\n";
    fcntl $socket, F_SETFL, O_NONBLOCK or die "fcntl: $!\n";
    return $socket;
}

sub tell_arrivals {
    my ($counted) = @_;
    while (defined(my $from = recv $counted, my $datagram, 4096, MSG_DONTWAIT)) {
        my $flow = Selftest::Overflow::flow_of($datagram) // next;
        print "arrived $flow ", (unpack_sockaddr_in($from))[0], "\n";
    }
}

sub close_all {
    my ($listener) = @_;
    1 while accept(my $connection, $listener);    # closed as it is forgotten
}

1;
