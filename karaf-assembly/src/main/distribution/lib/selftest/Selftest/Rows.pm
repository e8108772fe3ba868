# SPDX-License-Identifier: Apache-2.0
# Makes the flows of programs that are gone at once: several rows at a time, in each of which one program starts when the
# one before has ended.
package Selftest::Rows;
use strict;
use warnings;

# Makes some flows; the driver starts and hears their programs. The flow of a row is the number of rows further on.
sub make {
    my ($driver, $rows, @flows) = @_;
    my @next;
    push @{$next[$_ % $rows]}, $_ for @flows;
    my %running;
    my $start = sub {
        my ($row) = @_;
        my $flow   = shift @{$next[$row]} // return;
        my $sender = $driver->begin($driver->brief($flow, $row, int($flow / $rows)));
        $running{fileno $sender->{from}} = {sender => $sender, row => $row, text => ''};
    };
    $start->($_) for grep { $next[$_] } 0 .. $rows - 1;
    while (%running) {
        for my $one (readable(\%running)) {
            next if sysread $one->{sender}{from}, $one->{text}, 4096, length $one->{text};
            delete $running{fileno $one->{sender}{from}};
            $driver->hear($one->{sender}, $_) for split /\n/, $one->{text};
            $driver->ended($one->{sender});
            $start->($one->{row});
        }
    }
}

# Those of the running that said something, or have ended.
sub readable {
    my ($running) = @_;
    my $bits = '';
    vec($bits, $_, 1) = 1 for keys %$running;
    select $bits, undef, undef, undef;
    return @$running{grep { vec $bits, $_, 1 } keys %$running};
}

1;
