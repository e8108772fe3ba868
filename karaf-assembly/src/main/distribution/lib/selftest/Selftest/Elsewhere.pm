# SPDX-License-Identifier: Apache-2.0
# What other hosts send: to the protected one, each flow from an address of its own, or through it.
package Selftest::Elsewhere;
use strict;
use warnings;
use Fcntl qw(F_SETFL O_NONBLOCK);
use Socket qw(AF_INET SOCK_DGRAM SOCK_STREAM);
use Selftest::Address;
use Selftest::Child;
use Selftest::Kinds;

# Sends all flows of a kind; done when this returns.
sub make {
    my ($kind, $lab, $count) = @_;
    my $child = Selftest::Child->start(sub {
        $lab->{net}->enter($kind->{from});
        my @open = map { $kind->{from} eq 'guest' ? through($kind, $_) : towards($kind, $_) } 0 .. $count - 1;
        print "done\n";
        1 while defined readline *STDIN;
    });
    my $answer = readline($child->{from}) // 'failed';
    $child->end;
    die $answer if $answer ne "done\n";
}

sub through {
    my ($kind, $flow) = @_;
    socket my $socket, AF_INET, SOCK_DGRAM, 0 or die "socket: $!\n";
    defined send $socket, 'selftest', 0, to(address($kind, $flow), Selftest::Kinds::PORT) or die "send: $!\n";
    return $socket;
}

sub towards {
    my ($kind, $flow) = @_;
    my $stream = $kind->{name} ne 'in-udp';
    my $port   = Selftest::Kinds::PORT + ($kind->{subject} eq 'none' ? 9 : 1 + $flow % 2);
    my $host   = to($Selftest::Address::net{host}, $port);
    socket my $socket, AF_INET, $stream ? SOCK_STREAM : SOCK_DGRAM, 0 or die "socket: $!\n";
    bind $socket, to(address($kind, $flow), 0) or die "bind: $!\n";
    if ($stream) {
        fcntl $socket, F_SETFL, O_NONBLOCK or die "fcntl: $!\n";
        connect $socket, $host or $!{EINPROGRESS} or die "connect: $!\n";
    } else {
        defined send $socket, 'selftest', 0, $host or die "send: $!\n";
    }
    return $socket;
}

sub address {
    my ($kind, $flow) = @_;
    return Selftest::Address::of($kind->{where}, $kind->{number}, $flow);
}

sub to {
    return pack 'H*', Selftest::Address::sockaddr(@_);
}

1;
