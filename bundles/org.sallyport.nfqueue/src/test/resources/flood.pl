# SPDX-License-Identifier: Apache-2.0
# flood.pl HOST PORT: sends a datagram each millisecond from the line "sending" until a line comes
# in, whatever the kernel says; then tells how many sends were tried.
use strict; use warnings; use Socket qw(:all); use IO::Select;
$| = 1;
my ($host, $port) = @ARGV;
my ($error, $to) = getaddrinfo($host, $port, {socktype => SOCK_DGRAM, flags => AI_NUMERICHOST});
die $error if $error;
my $stop = IO::Select->new(\*STDIN); my $tries = 0;
print "sending\n";
until ($stop->can_read(0.001)) {
  socket(my $socket, $to->{family}, SOCK_DGRAM, 0) or die $!;
  send($socket, "denied", 0, $to->{addr}); $tries++;
}
print "$tries\n";
