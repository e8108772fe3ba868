# SPDX-License-Identifier: Apache-2.0
# The network of the self-test: three network namespaces without names, each held by a process of its own that ends with
# the self-test, however that ends. Nothing is left to be removed.
#
#   guest ── outer ┤ host, which the daemon protects ├ wire ── peer
package Selftest::Net;
use strict;
use warnings;
use POSIX ();
use Selftest::Address;
use Selftest::Child;

use constant CLONE_NEWNET => 0x4000_0000;    # linux/sched.h

my %number_of = (x86_64 => {unshare => 272, setns => 308, prctl => 157}, aarch64 => {unshare => 97, setns => 268, prctl => 167});
my $number = $number_of{(POSIX::uname())[4]};

# Makes the network; dies with a reason.
sub new {
    my ($class) = @_;
    die "the numbers of this processor's system calls are not known\n" if !$number;
    my $self = bless {map { $_ => held() } qw(host peer guest)}, $class;
    my $net  = \%Selftest::Address::net;
    $self->run($_, qw(ip link set lo up)) for qw(host peer guest);
    $self->wire('host', 'wire', "$net->{host}/24", 'peer', "$net->{peer}/24");
    $self->wire('host', 'outer', "$net->{outer}/24", 'guest', "$net->{guest}/24");
    $self->ipv6($net);
    $self->run('host', qw(ip route add), $_, 'via', $net->{peer}) for $net->{far4}, $net->{void};
    # Any address of these is the peer's own, so that something answers wherever a flow goes.
    $self->run('peer', qw(ip route add local), $net->{far4}, qw(dev lo));
    $self->run('guest', qw(ip route add default via), $net->{outer});
    $self->set('host', 'net/ipv4/ip_forward', 1);
    $self->set('host', 'net/ipv4/ping_group_range', "0\t2147483647");
    return $self;
}

# A process alone in a network namespace. It becomes cat, which holds nothing else open and ends with its input.
sub held {
    my $child = Selftest::Child->start(sub {
        syscall($number->{unshare}, CLONE_NEWNET) == 0 or die "$!\n";
        print "made\n";
        { exec 'cat' }
        die "no cat: $!\n";
    });
    my $answer = readline($child->{from}) // 'failed';
    die "network namespaces are not possible here: $answer" if $answer ne "made\n";
    return $child;
}

sub wire {
    my ($self, $one, $name, $address, $other, $other_address) = @_;
    $self->run($one, qw(ip link add), $name, qw(type veth peer name wire netns), $self->{$other}{pid});
    $self->run($one, qw(ip address add), $address, 'dev', $name);
    $self->run($other, qw(ip address add), $other_address, qw(dev wire));
    $self->run($one, qw(ip link set), $name, 'up');
    $self->run($other, qw(ip link set wire up));
}

# A kernel without IPv6 costs the kinds that need it, and nothing else.
sub ipv6 {
    my ($self, $net) = @_;
    $self->{has6} = -e '/proc/net/if_inet6';
    return if !$self->{has6};
    # A host may keep it off by default; these are not its networks.
    $self->set($_, 'net/ipv6/conf/all/disable_ipv6', 0) for qw(host peer);
    $self->run('host', qw(ip address add), "$net->{host6}/64", qw(dev wire nodad));
    $self->run('peer', qw(ip address add), "$net->{peer6}/64", qw(dev wire nodad));
    $self->run('host', qw(ip -6 route add), $net->{far6}, 'via', $net->{peer6});
    $self->run('peer', qw(ip -6 route add local), $net->{far6}, qw(dev lo));
}

# How a command is started in a namespace.
sub prefix {
    my ($self, $where) = @_;
    return ('nsenter', "--net=/proc/$self->{$where}{pid}/ns/net");
}

# The number that tells the namespace from all others.
sub inode {
    my ($self, $where) = @_;
    return (stat "/proc/$self->{$where}{pid}/ns/net")[1];
}

sub run {
    my ($self, $where, @command) = @_;
    system($self->prefix($where), @command) == 0 or die "failed: @command\n";
}

sub set {
    my ($self, $where, $file, $value) = @_;
    $self->run($where, 'sh', '-c', 'printf "%s" "$1" >"/proc/sys/$2"', 'sh', $value, $file);
}

# Puts this very process into a namespace.
sub enter {
    my ($self, $where) = @_;
    open my $file, '<', "/proc/$self->{$where}{pid}/ns/net" or die "no namespace: $!\n";
    syscall($number->{setns}, fileno $file, CLONE_NEWNET) == 0 or die "cannot enter a namespace: $!\n";
}

# Has this process ended when its parent ends, however that does.
sub end_with_parent {
    syscall($number->{prctl}, 1, 9, 0, 0, 0);    # PR_SET_PDEATHSIG, SIGKILL
}

# Lets the namespaces go.
sub close {
    my ($self) = @_;
    $_->end for map { $self->{$_} } grep { ref $self->{$_} } qw(host peer guest);
}

1;
