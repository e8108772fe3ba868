# SPDX-License-Identifier: Apache-2.0
# Opens TCP connections at a steady rate until its standard input says "stop", and judges each: how long its connect
# took, or which error it met. A connection that is not open after the patience is given up, before the kernel would
# send its SYN again. Ends with one line: attempts, connected, given up, errors, worst ms, median ms, late, words.
# "mark" prints the worst so far in ms, the sum of failures and of connects, and starts the worst anew.
use strict;
use warnings;
use Socket qw(:DEFAULT SO_LINGER);
use Errno qw(EINPROGRESS EADDRNOTAVAIL);
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

my ($host, $port, $per_second, $patience_ms, $limit_ms) = @ARGV;
my $patience_s = $patience_ms / 1000;
$| = 1;
my $peer = pack_sockaddr_in($port, inet_aton($host));
my ($attempts, $connected, $given_up, $errors, $late) = (0) x 5;
my ($worst, $worst_ever) = (0, 0);
my (%open, %word, @took);
my ($writable, $stop, $swept) = ('', 0, 0);

sub now { return clock_gettime(CLOCK_MONOTONIC) }

sub finish {
    my ($number, $outcome) = @_;
    my ($socket, $began) = @{delete $open{$number}};
    vec($writable, $number, 1) = 0;
    my $ms = (now() - $began) * 1000;
    if ($outcome eq 'connected') {
        $connected++;
        push @took, $ms;
        $worst = $ms if $ms > $worst;
        $late++ if $ms > $limit_ms;
    } elsif ($outcome eq 'given-up') { $given_up++ }
    else { $errors++; $word{$outcome}++ }
    # A reset leaves no TIME_WAIT behind, so that local ports do not run out.
    setsockopt($socket, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0));
    close $socket;
}

sub attempt {
    socket(my $socket, AF_INET, SOCK_STREAM, 0) or die "socket: $!\n";
    $socket->blocking(0);
    my $number = fileno $socket;
    $attempts++;
    $open{$number} = [$socket, now()];
    vec($writable, $number, 1) = 1;
    return if connect($socket, $peer) || $! == EINPROGRESS;
    finish($number, "E" . ($! + 0));
}

sub look {
    my ($seconds) = @_;
    my ($read, $write) = ('', $writable);
    vec($read, 0, 1) = 1;
    my $found = select($read, $write, undef, $seconds);
    return if $found <= 0;
    order() if vec($read, 0, 1);
    for my $number (grep { vec($write, $_, 1) } keys %open) {
        my $error = unpack('i', getsockopt($open{$number}[0], SOL_SOCKET, SO_ERROR));
        finish($number, $error ? "E$error" : 'connected');
    }
}

sub order {
    my $line = '';
    if (!sysread(STDIN, $line, 100) || $line =~ /stop/) { $stop = 1; return }
    printf "mark %d %d %d\n", $worst, $errors + $late, $connected;
    $worst_ever = $worst if $worst > $worst_ever;
    $worst = 0;
}

print "ready $$\n";
sysread(STDIN, my $first, length "begin\n"); # not buffered, since what follows is read likewise
my $start = now();
my $due = 0;
while (!$stop) {
    my $now = now();
    my $wanted = int(($now - $start) * $per_second);
    # After a pause of this very process no burst follows: the rate is what is promised, not the sum.
    $due = $wanted - 5 if $wanted - $due > 5;
    while ($due < $wanted) { attempt(); $due++ }
    if ($now - $swept > 0.02) {
        finish($_, 'given-up') for grep { $now - $open{$_}[1] > $patience_s } keys %open;
        $swept = $now;
    }
    look(0.002);
}
my $end = now() + $patience_s;
while (%open && now() < $end) { look(0.01) }
finish($_, 'given-up') for keys %open;
$worst_ever = $worst if $worst > $worst_ever;
@took = sort { $a <=> $b } @took;
my $median = @took ? $took[@took / 2] : 0;
printf "%d %d %d %d %d %.2f %d %s\n", $attempts, $connected, $given_up, $errors, $worst_ever, $median, $late,
    join(',', map { "$_=$word{$_}" } sort keys %word) || '-';
