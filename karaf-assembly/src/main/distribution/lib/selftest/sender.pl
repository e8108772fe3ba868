# SPDX-License-Identifier: Apache-2.0
# A short program of the self-test: carries out the steps it is given as words, and ends. Run by copies of perl, so that
# each copy is an executable of its own. What it tells of itself (step "tell") it reads from the kernel right before it
# sends. It is started a hundred thousand times: whatever is read or loaded here costs more than what it does, so not even
# strict is, and what few kinds need stands in steps.pl.
our ($socket, $say) = (undef, 'selftest');
$| = 1;
$^F = 255;    # sockets are handed on by exec

sub give_up {
    my ($status, $words) = @_;
    print "$words\n";
    exit $status;
}

# A kernel without a protocol says so here: EINVAL, EPROTONOSUPPORT, ESOCKTNOSUPPORT, EOPNOTSUPP, EAFNOSUPPORT.
sub open_socket {
    my ($domain, $type, $protocol) = @_;
    return if socket $socket, $domain, $type, $protocol;
    my ($error, $reason) = ($! + 0, "$!");
    give_up((grep { $error == $_ } 22, 93, 94, 95, 97) ? (4, "unsupported $reason") : (3, "failed socket: $reason"));
}

# Who this process is, by the kernel; the file last, since it may hold blanks.
sub tell_who {
    open my $stat, '<', '/proc/self/stat' or give_up(3, "failed /proc/self/stat: $!");
    my ($parent, @rest) = split / /, (<$stat> =~ /.*\) \S+ (.*)/s)[0];
    my $file = readlink '/proc/self/exe';
    $file =~ s/ \(deleted\)\z//;
    # field 22 of proc(5) is the 18th behind the parent, which is field 4
    syswrite STDOUT, "told $$ $parent $rest[17] $< $file\n";
}

# A stream connects without waiting (115 is EINPROGRESS): only its first packet matters.
our %step = (
    socket  => [3, \&open_socket],
    # IP_MTU_DISCOVER, IP_PMTUDISC_DO: what may never be fragmented has no identifier, by which it could be told apart
    alike   => [0, sub { setsockopt $socket, 0, 10, pack 'i', 2 or give_up(3, "failed setsockopt: $!") }],
    bind    => [1, sub { bind $socket, pack 'H*', $_[0] or give_up(3, "failed bind: $!") }],
    async   => [0, sub { fcntl $socket, 4, 2048 or give_up(3, "failed fcntl: $!") }],    # F_SETFL, O_NONBLOCK
    connect => [1, sub { connect $socket, pack('H*', $_[0]) or $! == 115 or give_up(3, "failed connect: $!") }],
    sendto  => [1, sub { defined send $socket, $say, 0, pack('H*', $_[0]) or give_up(3, "failed send: $!") }],
    send    => [0, sub { defined send $socket, $say, 0 or give_up(3, "failed send: $!") }],
    tell    => [0, \&tell_who],
);

while (@ARGV) {
    my $word = shift @ARGV;
    require(($0 =~ m{^(.*)/}s)[0] . '/steps.pl') if !$step{$word};
    my $known = $step{$word} or give_up(3, "failed: no step $word");
    $known->[1]->(splice @ARGV, 0, $known->[0] < 0 ? scalar @ARGV : $known->[0]);
}
exit 0;
