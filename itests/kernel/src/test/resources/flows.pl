# SPDX-License-Identifier: Apache-2.0
# flows.pl KIND RATE SECONDS PATIENCE FIRST-LAST ADDRESS...: new flows at a rate, each from a socket of its own, to all addresses and
# ports in turn. KIND tcp: opens connections, without waiting for one before the next, and resets each once it stands. KIND udp: sends
# one datagram each. PATIENCE: after so many seconds a socket is closed whatever came of it. Cheap on purpose: some 20 us a flow, so
# that it leaves the processor to what is measured. Says "flooding", "at S" now and then, and at the end
# "sent N failed F connected C refused R took S".
use strict; use warnings; use Socket qw(:DEFAULT SOCK_NONBLOCK SO_LINGER); use Time::HiRes qw(time sleep);
$| = 1;
my ($kind, $rate, $seconds, $patience, $ports, @addresses) = @ARGV;
my ($first, $last) = split /-/, $ports;
my @to = map { my $port = $_; map { pack_sockaddr_in($port, inet_aton($_)) } @addresses } $first .. $last;
my $tcp = $kind eq 'tcp';
my $type = ($tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK;
my ($sent, $failed, $connected, $refused, @open, @since) = (0, 0, 0, 0);

sub flow {
  my $to = $to[$sent++ % @to];
  socket(my $socket, AF_INET, $type, 0) or die "socket: $!";
  if ($tcp) {
    setsockopt($socket, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0)) or die "linger: $!"; # no TIME_WAIT of ours
    connect($socket, $to) or $!{EINPROGRESS} or $failed++;
  } else {
    defined send($socket, 'x', 0, $to) or $failed++;
  }
  if ($patience > 0) { push @open, $socket; push @since, time; }
}

# Oldest first, so that one that still waits ends the look.
sub reap {
  my $now = time;
  while (@open) {
    if ($tcp && getpeername($open[0])) { $connected++; }
    elsif ($tcp && unpack('i', getsockopt($open[0], SOL_SOCKET, SO_ERROR))) { $refused++; }
    elsif ($now - $since[0] < $patience) { return; }
    shift @open; shift @since;
  }
}

print "flooding\n";
my ($start, $told) = (time, 0);
while ((my $elapsed = time - $start) < $seconds) {
  my $due = int($rate * $elapsed) - $sent;
  reap();
  if ($elapsed - $told > 5) { $told = $elapsed; printf "at %d\n", $elapsed; }
  if ($due <= 0) { sleep 0.001; next; }
  flow() for 1 .. ($due > 50 ? 50 : $due);
}
my $took = time - $start;
while (@open) { sleep 0.01; reap(); }
printf "sent %d failed %d connected %d refused %d took %.2f\n", $sent, $failed, $connected, $refused, $took;
