# SPDX-License-Identifier: Apache-2.0
# client.pl PROTOCOL HOST PORT: one flow. Says "connected", "timeout" or the error; then, for each
# line "SECONDS TEXT" of standard input, sends the text and says "ok", "timeout" or the error.
# Environment: CONNECT_SECONDS (default 10); SOURCE_PORT its own port (IPv4); RUN_AS the user it
# becomes first; SO_MARK the mark of its packets, hexadecimal.
use strict; use warnings; use Socket qw(:all); use IO::Select; use Errno;
$| = 1;
my ($protocol, $host, $port) = @ARGV;
my $type = $protocol eq 'tcp' ? SOCK_STREAM : SOCK_DGRAM;
my ($error, $to) = getaddrinfo($host, $port, {socktype => $type, flags => AI_NUMERICHOST});
die $error if $error;
if ($ENV{RUN_AS}) { $> = $ENV{RUN_AS}; die "still root" if $> == 0; }
socket(my $socket, $to->{family}, $type, 0) or die $!;
setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1) or die $!;
setsockopt($socket, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0)) or die $!; # no TIME_WAIT
if ($ENV{SO_MARK}) { setsockopt($socket, SOL_SOCKET, 36, pack('I', hex $ENV{SO_MARK})) or die $!; }
if ($ENV{SOURCE_PORT}) {
  bind($socket, pack_sockaddr_in($ENV{SOURCE_PORT}, INADDR_ANY)) or die $!;
}
$socket->blocking(0);
my $select = IO::Select->new($socket);
if (!connect($socket, $to->{addr})) {
  if ($!{EINPROGRESS}) {
    if (!$select->can_write($ENV{CONNECT_SECONDS} || 10)) { print "timeout\n"; exit; }
    $! = unpack('i', getsockopt($socket, SOL_SOCKET, SO_ERROR));
  }
  if ($!) { print "$!\n"; exit; }
}
print "connected\n";
while (my $line = <STDIN>) {
  chomp $line;
  my ($seconds, $text) = split / /, $line, 2;
  if (!defined send($socket, $text, 0)) { print "$!\n"; next; }
  if (!$select->can_read($seconds)) { print "timeout\n"; next; }
  my $got = recv($socket, my $answer, 2000, 0);
  print defined $got ? ($answer eq $text ? "ok\n" : "garbled\n") : "$!\n";
}
