# SPDX-License-Identifier: Apache-2.0
# The addresses of the self-test. Each flow has a remote address of its own, so that whatever is told of it can be held
# against who made it: the peer answers for all of "far".
package Selftest::Address;
use strict;
use warnings;
use Socket qw(AF_INET AF_INET6 inet_pton);

our %net = (
    far4 => '10.128.0.0/9',    # the peer's, all of them
    far6 => 'fd78::/64',
    void => '10.127.0.0/16',   # led to the peer, who drops it
    host => '10.77.0.1', peer => '10.77.0.2', outer => '10.79.0.1', guest => '10.79.0.2',
    host6 => 'fd77::1', peer6 => 'fd77::2',
);

use constant FLOW_BITS => 17;    # the rest of what a /9 leaves, 6 bits, is the kind's

# By the two low bytes, the two above them, and the kind and the flow by themselves. "void" is for few flows only.
my %form = (
    far4 => '10.%1$d.%2$d.%3$d', void => '10.127.%2$d.%3$d', near => '127.%1$d.%2$d.%3$d', far6 => 'fd78::%4$x:%5$x:%6$x',
);
my %first = (far4 => 128, near => 0);

# The address of a flow: the number of its kind, 1 to 62, and its own number, from 0 to 99999.
sub of {
    my ($where, $kind, $flow) = @_;
    my $number = $flow + 1;
    my $all    = ($first{$where} // 0) << 16 | $kind << FLOW_BITS | $number;
    return sprintf $form{$where}, $all >> 16, $all >> 8 & 255, $all & 255, $kind, $number >> 16, $number & 65535;
}

# The number of the flow that an address is of, of those of a kind; undef if it is none of them.
sub flow_of {
    my ($where, $kind, $text) = @_;
    my $packed = inet_pton($text =~ /:/ ? AF_INET6 : AF_INET, $text) // return undef;
    my $low = unpack 'N', substr $packed, -4;
    my $flow = ($where eq 'void' ? $low & 65535 : $low & (1 << FLOW_BITS) - 1) - 1;
    return $flow >= 0 && inet_pton($text =~ /:/ ? AF_INET6 : AF_INET, of($where, $kind, $flow)) eq $packed ? $flow : undef;
}

# The sockaddr of ip(7) or ipv6(7), as hexadecimal digits.
sub sockaddr {
    my ($text, $port) = @_;
    return unpack 'H*', $text =~ /:/
        ? pack('S n N a16 N', AF_INET6, $port, 0, inet_pton(AF_INET6, $text), 0)
        : pack('S n a4 x8', AF_INET, $port, inet_pton(AF_INET, $text));
}

1;
