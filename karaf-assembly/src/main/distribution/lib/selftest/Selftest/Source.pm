# SPDX-License-Identifier: Apache-2.0
# Has the daemon of the self-test use a certain step of attribution.
package Selftest::Source;
use strict;
use warnings;

use constant SECONDS => 20;    # at most for a step to come into use, beside the self-test's patience

my %ranking = (bpf => 3, sockdiag => 2, procfs => 1);

# Takes the wanted step, or the best one that works here, and waits until it is in use.
sub choose {
    my ($daemon, $option, $tell) = @_;
    my $wanted = $option->{source};
    if (($wanted // 'bpf') eq 'bpf') {
        defined $daemon->ask('feature:install', 'sallyport-attribution-bpf') or die "the step bpf is not in this distribution\n";
    }
    for my $better (grep { $ranking{$_} > $ranking{$wanted // 'bpf'} } sort keys %ranking) {
        $daemon->ask('bundle:stop', "org.sallyport.attribution.$better");
    }
    $daemon->{source} = await($daemon, $wanted, $option->{patience});
    $tell->("the step of attribution is $daemon->{source}");
}

# bpf knows of packets from a moment after its tap came into the rules. Without a wish the one in use is taken if bpf does
# not come into use.
sub await {
    my ($daemon, $wanted, $patience) = @_;
    my $end = time + SECONDS + $patience;
    while (1) {
        my $now     = $daemon->attribution;
        my $settled = $now->{source} ne 'bpf' || ($now->{figures} // '') =~ /sockets\z/;
        return $now->{source} if $settled && $now->{source} eq ($wanted // 'bpf');
        if (time > $end) {
            return $now->{source} if !defined $wanted && $settled;
            my ($reason) = map { $_->{reason} } grep { $_->{source} eq ($wanted // 'bpf') } @{$now->{notUsed}};
            die 'the step ' . ($wanted // 'bpf') . ' does not come into use: ' . ($reason // $now->{figures} // 'nobody says why') . "\n";
        }
        select undef, undef, undef, 0.2;
    }
}

1;
