# SPDX-License-Identifier: Apache-2.0
# client.pl PROTOCOL HOST PORT SECONDS [MARK]: one flow. Sends each line of standard input and says
# for each what came of it: "ok", "timeout", or the error; "connected" or the error comes first.
use strict; use warnings; use Socket qw(:all); use IO::Select; use Errno;
$| = 1;
my ($protocol, $host, $port, $seconds, $mark) = @ARGV;
my $type = $protocol eq 'tcp' ? SOCK_STREAM : SOCK_DGRAM;
my ($error, $to) = getaddrinfo($host, $port, {socktype => $type, flags => AI_NUMERICHOST});
die $error if $error;
socket(my $socket, $to->{family}, $type, 0) or die $!;
if (defined $mark) { setsockopt($socket, SOL_SOCKET, 36, pack('I', hex $mark)) or die $!; }
my $select = IO::Select->new($socket);
$socket->blocking(0);
if (!connect($socket, $to->{addr})) {
  if ($!{EINPROGRESS}) {
    if (!$select->can_write($seconds)) { print "timeout\n"; exit; }
    $! = unpack('i', getsockopt($socket, SOL_SOCKET, SO_ERROR));
  }
  if ($!) { print "$!\n"; exit; }
}
print "connected\n";
while (my $line = <STDIN>) {
  chomp $line;
  if (!defined send($socket, $line, 0)) { print "$!\n"; next; }
  if (!$select->can_read($seconds)) { print "timeout\n"; next; }
  my $got = recv($socket, my $text, 2000, 0);
  print defined $got ? ($text eq $line ? "ok\n" : "garbled\n") : "$!\n";
}
