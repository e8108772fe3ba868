# SPDX-License-Identifier: Apache-2.0
# A small program that does what it is told, one line in, one line out, so that a test can start it, read its pid, write
# a rule about it, and only then let it talk. Runs under a copy of perl, so that each copy is an executable of its own.
use strict;
use warnings;
use Socket qw(:DEFAULT :addrinfo SO_LINGER IPPROTO_TCP SOCK_NONBLOCK);
use Errno;
use POSIX ();
use Time::HiRes qw(time);

use constant {SO_MARK => 36, SO_SNDBUFFORCE => 32};
$| = 1;
$SIG{PIPE} = "IGNORE";
my %option = (port => 0, mark => 0, group => '', user => '', wait => 2);
my $socket;

sub open_socket {
    my ($type, $host, $port) = @_;
    my ($error, @found) = getaddrinfo($host, $port, {flags => AI_NUMERICHOST, socktype => $type});
    die "$error\n" if $error;
    my $peer = $found[0];
    socket($socket, $peer->{family}, $type, $peer->{protocol}) or die "socket: $!\n";
    setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1) or die "reuse: $!\n";
    if ($option{mark}) {
        setsockopt($socket, SOL_SOCKET, SO_MARK, pack('L', $option{mark})) or die "mark: $!\n";
    }
    if ($option{port}) {
        my $own = $peer->{family} == AF_INET
            ? pack_sockaddr_in($option{port}, INADDR_ANY)
            : Socket::pack_sockaddr_in6($option{port}, Socket::IN6ADDR_ANY);
        bind($socket, $own) or die "bind: $!\n";
    }
    $socket->blocking(0);
    return $peer->{addr};
}

sub ready {
    my ($for_writing, $seconds) = @_;
    my $bits = '';
    vec($bits, fileno($socket), 1) = 1;
    return $for_writing
        ? select(undef, $bits, undef, $seconds)
        : select($bits, undef, undef, $seconds);
}

sub failure {
    my ($number) = @_;
    local $! = $number;
    for my $name (grep { $!{$_} } qw(ECONNREFUSED ECONNRESET ECONNABORTED EPIPE EACCES EPERM EHOSTUNREACH ENETUNREACH EADDRNOTAVAIL)) {
        return $name;
    }
    return "E$number";
}

sub tcp {
    my ($host, $port) = @_;
    my $peer = open_socket(SOCK_STREAM, $host, $port);
    return 'connected' if connect($socket, $peer);
    return failure($! + 0) unless $!{EINPROGRESS};
    return 'timeout' unless ready(1, $option{wait});
    my $error = unpack('i', getsockopt($socket, SOL_SOCKET, SO_ERROR));
    return $error ? failure($error) : 'connected';
}

# Sends on a connected socket, so that ICMP errors come back; an echo proves the way in both directions.
sub udp {
    my ($host, $port, $count) = @_;
    my $peer = open_socket(SOCK_DGRAM, $host, $port);
    connect($socket, $peer) or return failure($! + 0);
    for (1 .. $count) {
        defined(send($socket, "ping\n", 0)) or return failure($! + 0);
    }
    return heard();
}

# Sends from a socket that stays open for other peers.
sub loose {
    my ($host, $port) = @_;
    my $peer = open_socket(SOCK_DGRAM, $host, $port);
    defined(send($socket, "ping\n", 0, $peer)) or return failure($! + 0);
    return 'sent';
}

# Sends one datagram under another socket's address and port: binds the port at another own address and gives the source
# with the packet. What becomes of the socket then: stay, close it, or leave the port with the socket still open.
sub pose {
    my ($host, $port, $from, $own, $afterwards) = @_;
    my ($to, $source, $bound) = map { my ($e, @f) = getaddrinfo($_->[0], $_->[1], {flags => AI_NUMERICHOST, socktype => SOCK_DGRAM}); die $e if $e; $f[0] }
        [$host, $port], [$from, 0], [$own, $option{port}];
    socket($socket, $bound->{family}, SOCK_DGRAM, 17) or die "socket: $!\n";
    setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1) or die "reuse: $!\n";
    bind($socket, $bound->{addr}) or die "bind: $!\n";
    my $info;
    if ($source->{family} == AF_INET && $bound->{family} == AF_INET) {
        my (undef, $address) = unpack_sockaddr_in($source->{addr});
        $info = pack('QiiL', 28, 0, 8, 0) . $address . pack('x8'); # IP_PKTINFO
    } else {
        my (undef, $address) = Socket::unpack_sockaddr_in6($source->{addr});
        $info = pack('Qii', 36, 41, 50) . $address . pack('Lx4', 0); # IPV6_PKTINFO
    }
    my ($data, $name) = ("pose\n", $to->{addr});
    my $vector = pack('PQ', $data, length $data);
    my $message = pack('PQPQPQQ', $name, length $name, $vector, 1, $info, length $info, 0);
    my %sendmsg = (x86_64 => 46, aarch64 => 211);
    my $number = $sendmsg{(POSIX::uname())[4]} // die "no number of sendmsg\n";
    syscall($number, fileno($socket), $message, 0) >= 0 or return failure($! + 0);
    close($socket) if $afterwards eq 'close';
    connect($socket, pack('Sx14', 0)) or die "disconnect: $!\n" if $afterwards eq 'leave'; # AF_UNSPEC
    return 'sent';
}

# Sends an ICMP echo request by a raw socket and waits for its answer: type 8 and 0, for IPv6 128 and 129.
sub icmp {
    my ($host) = @_;
    my ($error, @found) = getaddrinfo($host, undef, {flags => AI_NUMERICHOST, socktype => SOCK_RAW});
    die "$error\n" if $error;
    my ($family, $peer) = @{$found[0]}{qw(family addr)};
    my ($protocol, $request, $reply) = $family == AF_INET ? (1, 8, 0) : (58, 128, 129);
    socket($socket, $family, SOCK_RAW, $protocol) or die "socket: $!\n";
    my $body = pack('nn', ($option{port} || $$) & 0xffff, ++$option{sequence});
    my $sum = 0xffff - ((($request << 8) + unpack('n', $body) + unpack('x2 n', $body)) % 0xffff);
    defined(send($socket, pack('CCn', $request, 0, $sum) . $body, 0, $peer)) or return failure($! + 0);
    my $end = time + $option{wait};
    while ((my $left = $end - time) > 0) {
        last unless ready(0, $left);
        defined(recv($socket, my $text, 1500, 0)) or return failure($! + 0);
        my $at = $family == AF_INET ? (ord($text) & 15) * 4 : 0;
        return 'echo' if ord(substr($text, $at)) == $reply && substr($text, $at + 4, 4) eq $body;
    }
    return 'timeout';
}

# Sends bytes of its own, given in hex, behind an IP header that the kernel makes: the kernel does not look at them.
sub raw {
    my ($host, $protocol, $hex) = @_;
    my $family = $host =~ /:/ ? AF_INET6 : AF_INET;
    my ($error, @found) = getaddrinfo($host, undef, {flags => AI_NUMERICHOST, socktype => SOCK_RAW});
    die "$error\n" if $error;
    socket($socket, $family, SOCK_RAW, $protocol) or die "socket: $!\n";
    defined(send($socket, pack('H*', $hex), 0, $found[0]{addr})) or return failure($! + 0);
    return 'sent';
}

# As many datagrams as are asked for; the send buffer is large, since what waits in a queue counts against it.
sub flood {
    my ($host, $port, $count) = @_;
    my $peer = open_socket(SOCK_DGRAM, $host, $port);
    setsockopt($socket, SOL_SOCKET, SO_SNDBUFFORCE, pack('i', 1 << 28)) or die "send buffer: $!\n";
    connect($socket, $peer) or return failure($! + 0);
    for (1 .. $count) { send($socket, 'x', 0) }
    return 'sent';
}

sub heard {
    return 'timeout' unless ready(0, $option{wait});
    my $text = '';
    defined(recv($socket, $text, 1500, 0)) or return failure($! + 0);
    return length $text ? 'echo' : 'closed';
}

sub say_again {
    defined(send($socket, "again\n", 0)) or return failure($! + 0);
    return heard();
}

sub listen_only {
    my $heard = heard();
    return $heard eq 'echo' ? 'heard' : $heard;
}

# By the open socket to another address.
sub also {
    my ($host, $port) = @_;
    my ($error, @found) = getaddrinfo($host, $port, {flags => AI_NUMERICHOST, socktype => SOCK_DGRAM});
    die "$error\n" if $error;
    defined(send($socket, "also\n", 0, $found[0]{addr})) or return failure($! + 0);
    return heard();
}

# Another program sends by the open socket, as many datagrams as are asked for, and is gone.
sub hand {
    my ($program, $count) = @_;
    my $code = 'open(S, "+<&=", $ARGV[0]) or exit 1; for (1 .. $ARGV[1]) { send(S, "handed", 0) }';
    my $pid = fork() // die "fork: $!\n";
    if (!$pid) {
        fcntl($socket, 2, 0) or POSIX::_exit(2); # F_SETFD: it stays open across exec
        exec {$program} $program, '-e', $code, fileno($socket), $count or POSIX::_exit(3);
    }
    waitpid($pid, 0);
    die "the other program ended with $?\n" if $?;
    return 'handed';
}

sub become {
    if ($option{group} ne '') { $( = $option{group}; $) = "$option{group} $option{group}" }
    if ($option{user} ne '') { $< = $option{user}; $> = $option{user} }
    return "$> " . ($) + 0);
}

# Closes with a reset, so that the same ports are free at once.
sub drop {
    setsockopt($socket, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0)) if defined $socket;
    close($socket) if defined $socket;
    undef $socket;
    return 'dropped';
}

# Starts another program with the same way to talk, as its parent.
sub spawn {
    my @command = @_;
    my $pid = fork() // die "fork: $!\n";
    if (!$pid) { exec {$command[0]} @command or die "exec: $!\n" }
    waitpid($pid, 0);
    exit 0;
}

spawn(@ARGV) if @ARGV;
print "ready $$\n";
while (my $line = <STDIN>) {
    my ($word, @rest) = split ' ', $line;
    my $start = time;
    my $answer = eval {
          $word eq 'tcp' ? tcp(@rest)
        : $word eq 'udp' ? udp(@rest)
        : $word eq 'icmp' ? icmp(@rest)
        : $word eq 'raw' ? raw(@rest)
        : $word eq 'loose' ? loose(@rest)
        : $word eq 'pose' ? pose(@rest)
        : $word eq 'flood' ? flood(@rest)
        : $word eq 'again' ? say_again()
        : $word eq 'also' ? also(@rest)
        : $word eq 'hand' ? hand(@rest)
        : $word eq 'listen' ? listen_only()
        : $word eq 'drop' ? drop()
        : $word eq 'become' ? become()
        : $word eq 'set' ? ($option{$rest[0]} = $rest[1])
        : die "unknown word $word\n";
    };
    $answer = "error: $@" unless defined $answer;
    chomp $answer;
    printf "%s %d\n", $answer, (time - $start) * 1000;
}
