# SPDX-License-Identifier: Apache-2.0
# Reads lines from several handles as they come.
package Selftest::Lines;
use strict;
use warnings;

sub new {
    my ($class) = @_;
    return bless {handles => {}}, $class;
}

# From now on the code is called with each line of the handle, without its end.
sub add {
    my ($self, $handle, $code) = @_;
    $self->{handles}{fileno $handle} = {handle => $handle, code => $code, text => ''};
}

sub remove {
    my ($self, $handle) = @_;
    delete $self->{handles}{fileno $handle};
}

# Handles what there is, or waits for it; false if nothing came in so many seconds.
sub wait_for {
    my ($self, $seconds) = @_;
    my $bits = '';
    vec($bits, $_, 1) = 1 for keys %{$self->{handles}};
    select($bits, undef, undef, $seconds) > 0 or return 0;
    for my $number (grep { vec $bits, $_, 1 } keys %{$self->{handles}}) {
        $self->take($self->{handles}{$number});
    }
    return 1;
}

sub take {
    my ($self, $one) = @_;
    my $count = sysread $one->{handle}, $one->{text}, 65536, length $one->{text};
    if (!$count) {
        $self->remove($one->{handle});
        $one->{code}->(undef);
        return;
    }
    $one->{code}->($1) while $one->{text} =~ s/^([^\n]*)\n//;
}

1;
