# SPDX-License-Identifier: Apache-2.0
# connects.pl SECONDS PORT ADDRESS: connects again and again, one after another. Says "connects N worst MS failed F".
use strict; use warnings; use Socket qw(:all); use Time::HiRes qw(time);
$| = 1;
my ($seconds, $port, $address) = @ARGV;
my $to = pack_sockaddr_in($port, inet_aton($address));
my ($start, $count, $worst, $failed) = (time, 0, 0, 0);
while (time - $start < $seconds) {
  socket(my $socket, AF_INET, SOCK_STREAM, 0) or die $!;
  setsockopt($socket, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0)) or die $!; # no TIME_WAIT
  my $begun = time;
  if (connect($socket, $to)) { $count++; } else { $failed++; }
  my $took = (time - $begun) * 1000;
  $worst = $took if $took > $worst;
}
printf "connects %d worst %.0f failed %d\n", $count, $worst, $failed;
