# SPDX-License-Identifier: Apache-2.0
# overload.pl KIND RATE SECONDS PORTS ADDRESS...: new flows at a rate, to all addresses and ports in turn.
# KIND: udp (a socket per flow), one (one unconnected UDP socket for all flows), tcp (openings).
# RUN_AS in the environment: the user it becomes first. Says "flooding" at the start and "sent N" at the end; PORTS is FIRST-LAST.
use strict; use warnings; use Socket qw(:all); use Time::HiRes qw(time sleep);
$| = 1;
my ($kind, $rate, $seconds, $ports, @addresses) = @ARGV;
if ($ENV{RUN_AS}) { $> = $ENV{RUN_AS}; die "still root" if $> == 0; }
my ($first, $last) = split /-/, $ports;
my @to;
for my $address (@addresses) { push @to, map { pack_sockaddr_in($_, inet_aton($address)) } $first .. $last; }
my $type = $kind eq 'tcp' ? SOCK_STREAM : SOCK_DGRAM;
socket(my $one, AF_INET, SOCK_DGRAM, 0) or die $!;
$one->blocking(0);
print "flooding\n";
my ($start, $sent, $failed, @open) = (time, 0, 0);
while ((my $elapsed = time - $start) < $seconds) {
  my $due = int($rate * $elapsed) - $sent;
  if ($due <= 0) { sleep 0.0005; next; }
  for (1 .. ($due > 200 ? 200 : $due)) {
    my $to = $to[$sent++ % @to];
    if ($kind eq 'one') { defined send($one, 'x', 0, $to) or $failed++; next; }
    socket(my $socket, AF_INET, $type, 0) or die $!;
    $socket->blocking(0);
    connect($socket, $to);
    if ($kind eq 'udp') { defined send($socket, 'x', 0) or $failed++; }
    else { push @open, $socket; shift @open if @open > 500; }
  }
}
print "sent $sent\n";
