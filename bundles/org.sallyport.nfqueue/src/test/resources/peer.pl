# SPDX-License-Identifier: Apache-2.0
# Answers on TCP and UDP, both families, and says what arrived: "tcp 7001" or "udp 7001 TEXT".
use strict; use warnings; use IO::Socket::IP; use IO::Select;
$| = 1;
my $select = IO::Select->new; my %kind;
for my $port (@ARGV) {
  my $tcp = IO::Socket::IP->new(LocalHost => '::', LocalPort => $port, V6Only => 0, Listen => 64,
    ReuseAddr => 1) or die "tcp $port: $@";
  my $udp = IO::Socket::IP->new(LocalHost => '::', LocalPort => $port, V6Only => 0,
    Proto => 'udp') or die "udp $port: $@";
  $kind{$tcp} = "tcp $port"; $kind{$udp} = "udp $port"; $select->add($tcp, $udp);
}
print "ready\n";
while (my @ready = $select->can_read) {
  for my $socket (@ready) {
    my $kind = $kind{$socket} // 'connection';
    if ($kind =~ /^tcp/) {
      my $connection = $socket->accept or next;
      print "$kind\n"; $select->add($connection);
    } elsif ($kind =~ /^udp/) {
      my $from = recv($socket, my $text, 2000, 0); next unless defined $from;
      print "$kind $text\n"; send($socket, $text, 0, $from);
    } elsif (sysread($socket, my $text, 2000)) {
      syswrite($socket, $text);
    } else {
      $select->remove($socket); close $socket;
    }
  }
}
