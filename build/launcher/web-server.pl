# SPDX-License-Identifier: Apache-2.0
# The demo's server: answers every HTTP request on one port, IPv4 and IPv6, with one line.
use strict;
use warnings;
use Socket qw(:DEFAULT pack_sockaddr_in6 IN6ADDR_ANY AF_INET6 IPPROTO_IPV6 IPV6_V6ONLY);

my $port = shift or die "usage: web-server.pl PORT\n";
socket(my $server, AF_INET6, SOCK_STREAM, 0) or die "socket: $!\n";
setsockopt($server, IPPROTO_IPV6, IPV6_V6ONLY, 0) or die "IPV6_V6ONLY: $!\n";
setsockopt($server, SOL_SOCKET, SO_REUSEADDR, 1) or die "SO_REUSEADDR: $!\n";
bind($server, pack_sockaddr_in6($port, IN6ADDR_ANY)) or die "bind: $!\n";
listen($server, 64) or die "listen: $!\n";
$SIG{PIPE} = 'IGNORE';

while (accept(my $client, $server)) {
    while (defined(my $line = <$client>)) {
        last if $line =~ /^\r?\n$/;
    }
    my $body = "hello from the other host\n";
    syswrite $client, "HTTP/1.0 200 OK\r\nContent-Length: " . length($body) . "\r\n\r\n$body";
    close $client;
}
