# SPDX-License-Identifier: Apache-2.0
# connects.pl PORT ADDRESS: for each line "go SECONDS" connects for so long, one connection after another, and says
# "connects N failed F".
use strict; use warnings; use Socket qw(:DEFAULT SO_LINGER); use Time::HiRes qw(time);
$| = 1;
my ($port, $address) = @ARGV;
my $to = pack_sockaddr_in($port, inet_aton($address));
print "ready\n";
while (my $line = <STDIN>) {
  my ($seconds) = $line =~ /^go ([0-9.]+)$/ or die $line;
  my ($start, $count, $failed) = (time, 0, 0);
  while (time - $start < $seconds) {
    socket(my $socket, AF_INET, SOCK_STREAM, 0) or die $!;
    setsockopt($socket, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0)) or die $!; # no TIME_WAIT
    if (connect($socket, $to)) { $count++; } else { $failed++; }
  }
  print "connects $count failed $failed\n";
}
