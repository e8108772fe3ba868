# SPDX-License-Identifier: Apache-2.0
# A short program of the self-test: carries out the steps it is given as words, and ends. Run by copies of perl, so that
# each copy is an executable of its own; loads no module, so that it is quick. What it tells of itself (step "tell") it
# reads from the kernel right before it sends.
use strict;
use warnings;

use constant {
    SOL_SOCKET => 1, SO_REUSEPORT => 15, F_SETFL => 4, O_NONBLOCK => 2048, EINPROGRESS => 115, SCM_RIGHTS => 1,
};
my $machine = `/bin/uname -m` if grep { /^(?:pass|receive|memfd)/ } @ARGV;
my %number = ($machine // '') =~ /aarch64/
    ? (sendmsg => 211, recvmsg => 212, memfd_create => 279)
    : (sendmsg => 46, recvmsg => 47, memfd_create => 319);

$| = 1;
$^F = 255;    # sockets are handed on by exec
my ($socket, $say) = (undef, 'selftest');

sub give_up {
    my ($status, $words) = @_;
    print "$words\n";
    exit $status;
}

# A kernel without a protocol says so here.
sub open_socket {
    my ($domain, $type, $protocol) = @_;
    return if socket $socket, $domain, $type, $protocol;
    my ($error, $reason) = ($! + 0, "$!");
    # EINVAL, EPROTONOSUPPORT, ESOCKTNOSUPPORT, EOPNOTSUPP, EAFNOSUPPORT
    my $lacking = grep { $error == $_ } 22, 93, 94, 95, 97;
    give_up($lacking ? (4, "unsupported $reason") : (3, "failed socket: $reason"));
}

# Who this process is, by the kernel; the file last, since it may hold blanks.
sub tell {
    open my $stat, '<', '/proc/self/stat' or give_up(3, "failed /proc/self/stat: $!");
    my ($parent, @rest) = split / /, (<$stat> =~ /.*\) \S+ (.*)/s)[0];
    my $file = readlink '/proc/self/exe';
    $file =~ s/ \(deleted\)\z//;
    # field 22 of proc(5) is the 18th behind the parent, which is field 4
    syswrite STDOUT, "told $$ $parent $rest[17] $< $file\n";
}

sub send_to {
    my ($to) = @_;
    defined(defined $to ? send $socket, $say, 0, pack('H*', $to) : send $socket, $say, 0) or give_up(3, "failed send: $!");
}

# A stream connects without waiting: only its first packet matters.
sub connect_to {
    my ($to) = @_;
    connect $socket, pack('H*', $to) or $! == EINPROGRESS or give_up(3, "failed connect: $!");
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

my %step = (
    socket    => [3, \&open_socket],
    say       => [1, sub { $say = pack 'H*', $_[0] }],
    reuseport => [0, sub { setsockopt $socket, SOL_SOCKET, SO_REUSEPORT, pack 'i', 1 or give_up(3, "failed reuseport: $!") }],
    bind      => [1, sub { bind $socket, pack 'H*', $_[0] or give_up(3, "failed bind: $!") }],
    listen    => [0, sub { listen $socket, 1024 or give_up(3, "failed listen: $!") }],
    async     => [0, sub { fcntl $socket, F_SETFL, O_NONBLOCK or give_up(3, "failed fcntl: $!") }],
    connect   => [1, \&connect_to],
    sendto    => [1, \&send_to],
    send      => [0, sub { send_to() }],
    user      => [2, \&become],
    tell      => [0, \&tell],
    fork      => [0, \&go_on_in_child],
    adopt     => [1, \&adopt],
    receive   => [1, \&receive],
    unlink    => [1, sub { unlink $_[0] or give_up(3, "failed unlink: $!") }],
    rename    => [2, sub { rename $_[0], $_[1] or give_up(3, "failed rename: $!") }],
    wait      => [0, sub { print "waits\n"; defined readline *STDIN or exit 0 }],
    stay      => [0, sub { print "sent\n"; 1 while defined readline *STDIN }],
);

while (@ARGV) {
    my $word = shift @ARGV;
    if    ($word eq 'exec')   { my $program = shift @ARGV; become_program($program, 'adopt', fileno $socket, @ARGV) }
    elsif ($word eq 'become') { become_program(@ARGV) }
    elsif ($word eq 'pass')   { pass(@ARGV) }
    elsif ($word eq 'memfd')  { from_memory(@ARGV) }
    my $known = $step{$word} or give_up(3, "failed: no step $word");
    $known->[1]->(splice @ARGV, 0, $known->[0]);
}
exit 0;
