# SPDX-License-Identifier: Apache-2.0
# Starts programs one after another in several rows at once; each sends once and is gone.
# burst.pl ADDRESS PORT COUNT ROWS KIND SAY PROGRAM...: the programs take turns, each row
# has a port of its own (TCP: many ports, at most 4 rows).
# "pid": each program is to get the number of the one before, and who really did is counted.
# "handed": the first one connects and then becomes the next one, which sends by the same socket.
# "back": the same, and the next one becomes the first one again right after it sent, and stays for a while.
use strict;
use warnings;
use Socket;

my ($address, $port, $count, $rows, $kind, $say, @programs) = @ARGV;
my $sender = <<'END';
my ($to, $own, $kind, $say, $next, $self) = @ARGV;
$^F = 255;
socket(S, 2, $kind eq "tcp" ? 1 : 2, 0) or exit 1;
bind(S, pack("S n N x8", 2, $own, 0)) or exit 2;
# The kernel numbers datagrams unless they are never to be cut: then nothing tells them apart.
$say ne "same" or setsockopt(S, 0, 10, pack("i", 2)) or exit 10; # IP_MTU_DISCOVER, IP_PMTUDISC_DO
if ($kind eq "tcp") {
  fcntl(S, 4, 2048) or exit 3;
  connect(S, pack("H*", $to)) or $! == 115 or exit 4;
} elsif ($kind eq "connected") {
  connect(S, pack("H*", $to)) or exit 5;
  defined send(S, $say, 0) or exit 6;
} elsif ($kind eq "handed" || $kind eq "back") {
  connect(S, pack("H*", $to)) or exit 8;
  my $then = $kind eq "back" ? 'exec {$ARGV[2]} $ARGV[2], "-e", "select(undef, undef, undef, 0.3)"' : '';
  exec {$next} $next, "-e",
    '$^F = 255; open(S, "+<&=", $ARGV[0]) && defined send(S, $ARGV[1], 0) or exit 9; ' . $then,
    fileno(S), $say, $self;
  exit 98;
} else {
  defined send(S, $say, 0, pack("H*", $to)) or exit 7;
}
exit 0;
END
my $to = unpack("H*", sockaddr_in($port, inet_aton($address)));
$| = 1;
print "ready $$\n";
<STDIN>;

my $again = 0;

# The next process gets the number behind the last one (proc(5), ns_last_pid), unless another one is faster.
sub take_number {
  open(my $file, '>', '/proc/sys/kernel/ns_last_pid') or die "ns_last_pid: $!";
  print $file $_[0] - 1;
  close($file) or die "ns_last_pid: $!";
}

my %row;
for my $own (1 .. $rows) {
  my $pid = fork;
  if (!$pid) {
    my $failed = 0;
    my $last;
    for my $i (0 .. $count / $rows - 1) {
      take_number($last) if $kind eq "pid" && $last;
      my $which = $kind eq "handed" || $kind eq "back" ? 0 : $i % @programs;
      my $child = fork;
      if (!$child) {
        # A port that the other end or conntrack still knows would not begin a connection: each has its own for long.
        my $from = $kind eq "tcp" ? 2000 + ($own - 1) * 15_000 + $i % 15_000 : 40000 + $own;
        exec {$programs[$which]} $programs[$which], "-e", $sender, $to, $from, $kind,
          $say eq "own" ? "program " . $which : $say, $programs[($which + 1) % @programs], $programs[$which];
        exit 99;
      }
      waitpid($child, 0);
      $again++ if $last && $child == $last;
      $last //= $child;
      $failed = $? >> 8 || 1 if $?;
    }
    print "same $again\n" if $kind eq "pid";
    exit $failed;
  }
  $row{$pid} = 1;
}
my $failed = 0;
while ((my $pid = wait) > 0) {
  $failed = $? >> 8 || 1 if $?;
}
print $failed ? "failed $failed\n" : "done\n";
