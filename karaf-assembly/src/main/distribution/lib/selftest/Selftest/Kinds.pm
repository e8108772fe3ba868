# SPDX-License-Identifier: Apache-2.0
# The kinds of flows, and what each step of attribution promises for them. How a flow is made is written as steps of
# sender.pl; in them @ is the flow's address and port (@all: of all flows of the program), {one} and {two} are programs, {own} is a copy of its own.
#
#   direct   the kernel tells who sends, so the step bpf finds every one, however short the program lived
#   living   the program stays, so every step finds it
#   neither  may stay unknown; a wrong answer is a failure all the same
package Selftest::Kinds;
use strict;
use warnings;

use constant {PORT => 7000, COUNTED => 7009, NOBODY => 65534};    # where what arrives is counted, it goes to COUNTED
use constant {MOST => 100_000, MOST_STAYING => 400, MOST_OVERFLOWING => 1000};    # flows of a kind, by whether its programs are gone at once

use constant {QUEUE => 9_000, QUEUE_AND_RECORDS => 24_000};    # a queue holds 8192, the ring of records some 14 000

# Fields of a kind: name, text, steps, and
#   where    which addresses it goes to (Selftest::Address), far4 if not given
#   key      the direction that tells of it, out if not given
#   stays    the programs stay until all was told
#   turns    the two programs in turns: "same", all flows of a row look the same and are told apart by their order, or
#            "programs", each program makes every other flow
#   gate     all wait for each other before they send ("all"); for the daemon ("daemon"); or they are done, and something
#            else is to happen when the policy is another one ("revision"); the daemon stands still for a while
#            ("overflow"), which is tried only when asked for by name
#   program  what is started: one if not given; java is two Java machines, each of which makes every other flow
#   owner    the user and group of who opened the socket, root if not given
#   subject  what is behind it if not a process
#   from     made by another place of the network, by code of Selftest::Elsewhere
#   filling  how many datagrams more are sent while the daemon stands still
#   linger   seconds to wait for packets that come by themselves
#   promise  direct, living, or none
my $nobody = NOBODY;
my $ping   = '0800f7ff00000000';    # echo request, checksum of its own
my @kinds  = (
    {name => 'udp', text => 'UDP, gone at once', steps => 'socket 2 2 17 tell sendto @', promise => 'direct'},
    {name => 'udp-connected', text => 'connected UDP, gone at once', steps => 'socket 2 2 17 connect @ tell send', promise => 'direct'},
    {name => 'tcp', text => 'TCP connect, gone at once', steps => 'socket 2 1 6 async tell connect @', promise => 'direct'},
    {name => 'udp-turns', text => 'two programs in turns from one port to one address, gone at once',
        steps => 'socket 2 2 17 alike bind {from} tell sendto @', turns => 'same', promise => 'direct'},
    {name => 'udp-living', text => 'UDP of a program that stays', steps => 'socket 2 2 17 tell sendto @', stays => 1, promise => 'living'},
    {name => 'tcp-living', text => 'TCP of a program that stays', steps => 'socket 2 1 6 async tell connect @', stays => 1, promise => 'living'},
    {name => 'udp6', text => 'UDP over IPv6, gone at once', steps => 'socket 10 2 17 tell sendto @', where => 'far6', promise => 'direct'},
    {name => 'tcp6', text => 'TCP over IPv6, gone at once', steps => 'socket 10 1 6 async tell connect @', where => 'far6', promise => 'direct'},
    {name => 'udp-mapped', text => 'IPv4 by an IPv6 socket', steps => 'socket 10 2 17 tell sendto @mapped', promise => 'direct'},
    {name => 'tcp-mapped', text => 'the same by TCP', steps => 'socket 10 1 6 async tell connect @mapped', promise => 'direct'},
    {name => 'ping', text => 'ICMP echo by a datagram socket', steps => "socket 2 2 1 say $ping tell sendto @", promise => 'direct'},
    {name => 'ping6', text => 'the same over IPv6', steps => 'socket 10 2 58 say 8000000000000000 tell sendto @', where => 'far6', promise => 'direct'},
    {name => 'ping-raw', text => 'ICMP echo by a raw socket', steps => "socket 2 3 1 say $ping tell sendto @", promise => 'direct'},
    {name => 'udplite', text => 'UDP-Lite, gone at once', steps => 'socket 2 2 136 tell sendto @', promise => 'direct'},
    {name => 'sctp', text => 'SCTP association', steps => 'socket 2 1 132 async tell connect @', promise => 'none'},
    {name => 'reuseport', text => 'two programs share a port (SO_REUSEPORT)', steps => 'socket 2 2 17 reuseport bind {from} wait tell sendto @',
        turns => 'programs', gate => 'all', stays => 1, promise => 'direct'},
    {name => 'forked', text => 'a child sends by its parent\'s socket', steps => 'socket 2 2 17 fork tell sendto @', promise => 'direct'},
    {name => 'forked-connected', text => 'the same, connected by the parent', steps => 'socket 2 2 17 connect @ fork tell send', promise => 'none'},
    {name => 'passed', text => 'a socket handed over (SCM_RIGHTS)', steps => 'socket 2 2 17 pass {two} tell sendto @', promise => 'direct'},
    {name => 'passed-connected', text => 'the same, connected by who had it', steps => 'socket 2 2 17 connect @ pass {two} tell send', promise => 'none'},
    {name => 'activated', text => 'a socket kept over exec of another program', steps => 'socket 2 2 17 exec {two} tell sendto @', promise => 'direct'},
    {name => 'exec-connected', text => 'exec between connect and send', steps => 'socket 2 2 17 connect @ exec {two} tell send', promise => 'none'},
    {name => 'user', text => 'UDP of another user', steps => "user $nobody $nobody socket 2 2 17 tell sendto @", owner => NOBODY, promise => 'direct'},
    {name => 'setuid', text => 'becomes another user after it made its socket', steps => "socket 2 2 17 user $nobody $nobody tell sendto @", promise => 'direct'},
    {name => 'syn-again', text => 'SYN that is sent again since nobody answers', steps => 'socket 2 1 6 async tell connect @', where => 'void',
        stays => 1, linger => 4, promise => 'direct'},
    {name => 'older', text => 'UDP by a socket older than the daemon', steps => 'socket 2 2 17 wait tell sendto @', gate => 'daemon', stays => 1, promise => 'direct'},
    {name => 'older-connected', text => 'the same, connected', steps => 'socket 2 2 17 connect @ wait tell send', gate => 'daemon', stays => 1, promise => 'direct'},
    {name => 'older-tcp', text => 'TCP connection older than the daemon', steps => 'socket 2 1 6 connect @ wait tell send', gate => 'daemon',
        stays => 1, promise => 'living'},
    {name => 'loopback', text => 'UDP to the host itself', steps => 'socket 2 2 17 tell sendto @', where => 'near', promise => 'direct'},
    {name => 'deleted', text => 'a program whose file was deleted', steps => 'unlink {own} socket 2 2 17 tell sendto @', program => 'own', promise => 'direct'},
    {name => 'replaced', text => 'a program whose file was replaced', steps => 'rename {new} {own} socket 2 2 17 tell sendto @', program => 'own', promise => 'direct'},
    {name => 'script', text => 'a script: its interpreter', steps => 'socket 2 2 17 tell sendto @', program => 'script', promise => 'direct'},
    {name => 'memory', text => 'a program without a file (memfd)', steps => 'memfd {two} socket 2 2 17 tell sendto @', promise => 'none'},
    {name => 'uring', text => 'UDP by io_uring', steps => 'socket 2 2 17 tell uring send plain @', promise => 'direct'},
    {name => 'uring-async', text => 'the same, by a worker thread of the kernel', steps => 'socket 2 2 17 tell uring send async @', promise => 'direct'},
    {name => 'uring-poll', text => 'the same, by the kernel\'s thread that looks for entries', steps => 'socket 2 2 17 tell uring send poll @', promise => 'direct'},
    {name => 'uring-tcp', text => 'TCP connect by io_uring', steps => 'socket 2 1 6 tell uring connect plain @', promise => 'direct'},
    {name => 'threads', text => 'UDP by another thread than made the socket', steps => 'send @all', program => 'java', promise => 'direct'},
    {name => 'threads-tcp', text => 'the same by TCP', steps => 'connect @all', program => 'java', promise => 'direct'},
    {name => 'in-tcp', text => 'TCP to a program that listens', steps => 'socket 2 1 6 bind {listen} listen tell', from => 'peer', key => 'in', promise => 'living'},
    {name => 'in-udp', text => 'UDP to a program that listens', steps => 'socket 2 2 17 bind {listen} tell', from => 'peer', key => 'in', promise => 'living'},
    {name => 'in-nobody', text => 'TCP to a port without listener', from => 'peer', key => 'in', subject => 'none', promise => 'living'},
    {name => 'forward', text => 'routed through this host', from => 'guest', key => 'forward', subject => 'forward', promise => 'living'},
    {name => 'kernel', text => 'made by the kernel: TIME_WAIT answers after a change of the policy', steps => 'socket 2 1 6 connect @', gate => 'revision',
        subject => 'kernel', promise => 'living'},
    {name => 'overflow', text => 'UDP while a queue overflows', steps => 'socket 2 2 17 say {number} tell try @', gate => 'overflow',
        filling => QUEUE, promise => 'none'},
    {name => 'overflow-turns', text => 'the same, two programs in turns from one port to one address; one is refused',
        steps => 'socket 2 2 17 alike bind {from} say {number} tell try @', turns => 'same', gate => 'overflow', filling => QUEUE, promise => 'none'},
    {name => 'overflow-records', text => 'the same, and the records of what was sent overflow too',
        steps => 'socket 2 2 17 alike bind {from} say {number} tell try @', turns => 'same', gate => 'overflow', filling => QUEUE_AND_RECORDS, promise => 'none'},
);

my $number = 0;
for my $kind (@kinds) {
    $kind->{number} = ++$number;
    $kind = {where => 'far4', key => 'out', program => 'one', owner => 0, subject => 'process', gate => '', %$kind};
}

sub all { return @kinds }

# Whether it is tried without being asked for by name.
sub is_usual {
    my ($kind) = @_;
    return $kind->{gate} ne 'overflow';
}

# Whether its programs are gone at once, so that there may be any number of them, one after the other.
sub is_brief {
    my ($kind) = @_;
    return $kind->{steps} && !$kind->{stays} && !$kind->{from} && $kind->{gate} ne 'revision' && $kind->{program} !~ /^(?:own|java)\z/;
}

# How many flows of a kind there may be.
sub most {
    my ($kind) = @_;
    return $kind->{gate} eq 'overflow' ? MOST_OVERFLOWING : is_brief($kind) ? MOST : MOST_STAYING;
}

# Whether nothing but their order tells the flows of a row apart.
sub looks_same {
    my ($kind) = @_;
    return ($kind->{turns} // '') eq 'same';
}

# Whether a step of attribution finds every flow of a kind.
sub is_promised {
    my ($kind, $source) = @_;
    return $kind->{promise} eq 'living' || $kind->{promise} eq 'direct' && $source eq 'bpf';
}

1;
