# SPDX-License-Identifier: Apache-2.0
# Echoes on every TCP and UDP port of a range, IPv4 and IPv6; arrivals are counted by the kernel of its namespace.
use strict;
use warnings;
use Socket qw(:DEFAULT IPPROTO_IPV6 IPV6_V6ONLY);

$| = 1;
$SIG{PIPE} = "IGNORE";
my ($first, $last) = @ARGV;
my (%listener, %datagram, %client);
my $watched = '';

sub open_port {
    my ($type, $port) = @_;
    socket(my $socket, AF_INET6, $type, 0) or die "socket: $!\n";
    setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1) or die "reuse: $!\n";
    setsockopt($socket, IPPROTO_IPV6, IPV6_V6ONLY, 0) or die "dual stack: $!\n";
    bind($socket, Socket::pack_sockaddr_in6($port, Socket::IN6ADDR_ANY)) or die "bind $port: $!\n";
    if ($type == SOCK_STREAM) { listen($socket, 4096) or die "listen: $!\n" }
    vec($watched, fileno($socket), 1) = 1;
    return $socket;
}

for my $port ($first .. $last) {
    my $tcp = open_port(SOCK_STREAM, $port);
    my $udp = open_port(SOCK_DGRAM, $port);
    $listener{fileno $tcp} = $tcp;
    $datagram{fileno $udp} = $udp;
}
vec($watched, 0, 1) = 1;
print "ready $$\n";

while (1) {
    my $now = $watched;
    select($now, undef, undef, undef);
    # Standard input ends when the test does, however that ends.
    exit 0 if vec($now, 0, 1);
    for my $number (grep { vec($now, $_, 1) } keys %datagram) {
        my $peer = recv($datagram{$number}, my $text, 1500, 0);
        send($datagram{$number}, $text, 0, $peer) if defined $peer;
    }
    for my $number (grep { vec($now, $_, 1) } keys %client) {
        my $count = sysread($client{$number}, my $text, 1500);
        if ($count) { syswrite($client{$number}, $text); next }
        vec($watched, $number, 1) = 0;
        close(delete $client{$number});
    }
    for my $number (grep { vec($now, $_, 1) } keys %listener) {
        accept(my $accepted, $listener{$number}) or next;
        $client{fileno $accepted} = $accepted;
        vec($watched, fileno($accepted), 1) = 1;
    }
}
