# SPDX-License-Identifier: Apache-2.0
# sink.pl FIRST LAST: accepts connections on a range of ports and closes them at once, thousands a second. Says "ready".
use strict; use warnings; use Socket qw(:DEFAULT SOCK_NONBLOCK); use IO::Select;
$| = 1;
my ($first, $last) = @ARGV;
my $select = IO::Select->new;
for my $port ($first .. $last) {
  socket(my $socket, AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0) or die $!;
  setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1) or die $!;
  bind($socket, pack_sockaddr_in($port, INADDR_ANY)) or die $!;
  listen($socket, 4096) or die $!;
  $select->add($socket);
}
print "ready\n";
while (my @ready = $select->can_read) {
  for my $socket (@ready) { while (accept(my $connection, $socket)) { } }
}
