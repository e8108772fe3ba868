# SPDX-License-Identifier: Apache-2.0
# Once somebody connected or sent a datagram to its port, it sends to them every 10 ms, whatever comes back.
use strict;
use warnings;
use Socket qw(:DEFAULT IPPROTO_IPV6 IPV6_V6ONLY);

$| = 1;
$SIG{PIPE} = "IGNORE";
my ($port) = @ARGV;
my (%stream, %peer);

sub open_port {
    my ($type) = @_;
    socket(my $socket, AF_INET6, $type, 0) or die "socket: $!\n";
    setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1) or die "reuse: $!\n";
    setsockopt($socket, IPPROTO_IPV6, IPV6_V6ONLY, 0) or die "dual stack: $!\n";
    bind($socket, Socket::pack_sockaddr_in6($port, Socket::IN6ADDR_ANY)) or die "bind $port: $!\n";
    if ($type == SOCK_STREAM) { listen($socket, 64) or die "listen: $!\n" }
    $socket->blocking(0);
    return $socket;
}

my $listener = open_port(SOCK_STREAM);
my $datagrams = open_port(SOCK_DGRAM);
my $watched = '';
vec($watched, 0, 1) = 1;
vec($watched, fileno $listener, 1) = 1;
vec($watched, fileno $datagrams, 1) = 1;
print "ready $$\n";

while (1) {
    my $now = $watched;
    select($now, undef, undef, 0.01);
    exit 0 if vec($now, 0, 1);
    if (accept(my $accepted, $listener)) {
        $accepted->blocking(0);
        $stream{fileno $accepted} = $accepted;
    }
    my $from = recv($datagrams, my $text, 1500, 0);
    $peer{$from} = 1 if defined $from;
    syswrite($_, "more\n") for values %stream;
    send($datagrams, "more\n", 0, $_) for keys %peer;
}
