# SPDX-License-Identifier: Apache-2.0
# Counts datagrams by what they say: collector.pl PORT; "count WORDS" answers how many said so.
use strict;
use warnings;
use Socket;

socket(my $socket, AF_INET, SOCK_DGRAM, 0) or die "socket: $!";
setsockopt($socket, SOL_SOCKET, 33, 32 << 20) or die "SO_RCVBUFFORCE: $!";
bind($socket, sockaddr_in($ARGV[0], INADDR_ANY)) or die "bind: $!";
$| = 1;
print "ready $$\n";
my %count;
while (1) {
  my $readable = '';
  vec($readable, fileno $_, 1) = 1 for $socket, *STDIN;
  select($readable, undef, undef, undef);
  while (defined recv($socket, my $said, 64, MSG_DONTWAIT)) {
    $count{$said}++;
  }
  next unless vec($readable, fileno STDIN, 1);
  my $got = sysread(STDIN, my $line, 256);
  last unless $got;
  chomp $line;
  print(($count{substr $line, length "count "} || 0), "\n");
}
