# SPDX-License-Identifier: Apache-2.0
# The steps of sender.pl that few kinds need: read when the first of them comes.
use strict;
use warnings;

use constant {SOL_SOCKET => 1, SO_REUSEPORT => 15, SCM_RIGHTS => 1};
my %number = is_aarch64()
    ? (sendmsg => 211, recvmsg => 212, memfd_create => 279)
    : (sendmsg => 46, recvmsg => 47, memfd_create => 319);

our ($socket, $say, %step);    # of sender.pl

# By this program's own file (e_machine of elf(5)): another program to ask would hold the socket too for a while.
sub is_aarch64 {
    open my $file, '<:raw', '/proc/self/exe' or give_up(3, "failed /proc/self/exe: $!");
    read $file, my $head, 20;
    return unpack('x18 S', $head) == 183;
}

sub become {
    my ($group, $user) = @_;
    ($(, $)) = ($group, "$group $group");
    ($<, $>) = ($user, $user);
    $< == $user && $> == $user or give_up(3, "failed to become $user: $!");
}

# The child goes on; this one waits for it, since a parent that is gone tells nobody whose child it was.
sub go_on_in_child {
    my $child = fork // give_up(3, "failed fork: $!");
    return if !$child;
    waitpid $child, 0;
    exit($? >> 8 || ($? ? 3 : 0));
}

sub become_program {
    my ($program, @steps) = @_;
    { exec {$program} $program, $0, @steps }
    give_up(3, "failed exec: $!");
}

# message(DATA, CONTROL, VECTOR): a message of sendmsg(2). It points into the three arguments, so they are the caller's
# own variables, of which the third is set here.
sub message {
    $_[2] = pack 'PQ', $_[0], length $_[0];
    return pack 'Q L x4 P Q P Q l x4', 0, 0, $_[2], 1, $_[1], length $_[1], 0;
}

# Hands the socket to another program, which goes on; this one waits for it and never sends.
sub pass {
    my ($program, @steps) = @_;
    socketpair my $ours, my $theirs, 1, 1, 0 or give_up(3, "failed socketpair: $!");
    my $child = fork // give_up(3, "failed fork: $!");
    if (!$child) {
        close $socket;
        become_program($program, 'receive', fileno $theirs, @steps);
    }
    my ($data, $control) = ('x', pack 'Q l l l x4', 20, SOL_SOCKET, SCM_RIGHTS, fileno $socket);
    my $message = message($data, $control, my $vector);
    syscall($number{sendmsg}, fileno $ours, $message, 0) >= 0 or give_up(3, "failed sendmsg: $!");
    waitpid $child, 0;
    exit($? >> 8 || ($? ? 3 : 0));
}

sub receive {
    my ($from) = @_;
    my ($data, $control) = ('x', "\0" x 24);
    my $message = message($data, $control, my $vector);
    syscall($number{recvmsg}, $from + 0, $message, 0) >= 0 or give_up(3, "failed recvmsg: $!");
    adopt((unpack 'Q l l l', $control)[3]);
}

sub adopt {
    my ($descriptor) = @_;
    open $socket, '+<&=', $descriptor or give_up(3, "failed to take descriptor $descriptor: $!");
}

# Goes on as a file that has no name.
sub from_memory {
    my ($program, @steps) = @_;
    my $name       = "selftest\0";
    my $descriptor = syscall $number{memfd_create}, $name, 0;
    give_up(4, "unsupported memfd_create: $!") if $descriptor < 0;
    open my $memory, '>&=', $descriptor or give_up(3, "failed memfd: $!");
    open my $file, '<:raw', $program or give_up(3, "failed $program: $!");
    binmode $memory;
    local $/ = \1048576;
    while (my $part = <$file>) { print {$memory} $part }
    $memory->flush;
    { exec {"/proc/self/fd/$descriptor"} 'memory', $0, @steps }
    give_up(3, "failed exec of memory: $!");
}

# The operation send or connect, and which way.
sub by_ring {
    my ($operation, $way, $to) = @_;
    require(($0 =~ m{^(.*)/}s)[0] . '/uring.pl');
    Uring::carry_out($socket, $say, $operation, $way, pack 'H*', $to);
}

%step = (
    %step,
    say       => [1, sub { $say = pack 'H*', $_[0] }],
    try       => [1, sub { send $socket, $say, 0, pack 'H*', $_[0] }],    # whether it can be sent or not
    reuseport => [0, sub { setsockopt $socket, SOL_SOCKET, SO_REUSEPORT, pack 'i', 1 or give_up(3, "failed reuseport: $!") }],
    listen    => [0, sub { listen $socket, 1024 or give_up(3, "failed listen: $!") }],
    user      => [2, \&become],
    fork      => [0, \&go_on_in_child],
    adopt     => [1, \&adopt],
    receive   => [1, \&receive],
    unlink    => [1, sub { unlink $_[0] or give_up(3, "failed unlink: $!") }],
    rename    => [2, sub { rename $_[0], $_[1] or give_up(3, "failed rename: $!") }],
    uring     => [3, \&by_ring],
    wait      => [0, sub { print "waits\n"; defined readline *STDIN or exit 0 }],
    stay      => [0, sub { print "sent\n"; 1 while defined readline *STDIN }],
    # These take all steps that are left: another program goes on with them.
    exec      => [-1, sub { my $program = shift; become_program($program, 'adopt', fileno $socket, @_) }],
    become    => [-1, \&become_program],
    pass      => [-1, \&pass],
    memfd     => [-1, \&from_memory],
);

1;
