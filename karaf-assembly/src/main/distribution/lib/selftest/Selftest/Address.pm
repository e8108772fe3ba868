# SPDX-License-Identifier: Apache-2.0
# The addresses of the self-test. Each flow has a remote address of its own, so that whatever is told of it can be held
# against who made it: the peer answers for all of "far".
package Selftest::Address;
use strict;
use warnings;
use Socket qw(AF_INET AF_INET6 inet_ntop inet_pton);

our %net = (
    far4 => '10.128.0.0/9',    # the peer's, all of them
    far6 => 'fd78::/64',
    void => '10.127.0.0/16',   # led to the peer, who drops it
    host => '10.77.0.1', peer => '10.77.0.2', outer => '10.79.0.1', guest => '10.79.0.2',
    host6 => 'fd77::1', peer6 => 'fd77::2',
);

my %form = (
    far4  => '10.%4$d.%2$d.%3$d',
    void  => '10.127.%2$d.%3$d',
    near  => '127.%1$d.%2$d.%3$d',
    far6  => 'fd78::%1$x:%5$x',
);

# The address of a flow: the number of its kind, 1 to 127, and its own number, from 0.
sub of {
    my ($where, $kind, $flow) = @_;
    my $number = $flow + 1;
    return sprintf $form{$where}, $kind, $number >> 8, $number & 255, 128 + $kind, $number;
}

# An address in the one form that two of them are compared in.
sub plain {
    my ($text) = @_;
    my $family = $text =~ /:/ ? AF_INET6 : AF_INET;
    my $packed = inet_pton($family, $text);
    return defined $packed ? inet_ntop($family, $packed) : $text;
}

# The sockaddr of ip(7) or ipv6(7), as hexadecimal digits.
sub sockaddr {
    my ($text, $port) = @_;
    return unpack 'H*', $text =~ /:/
        ? pack('S n N a16 N', AF_INET6, $port, 0, inet_pton(AF_INET6, $text), 0)
        : pack('S n a4 x8', AF_INET, $port, inet_pton(AF_INET, $text));
}

1;
