# SPDX-License-Identifier: Apache-2.0
# Prints what came of the self-test, for a person or a machine.
package Selftest::Report;
use strict;
use warnings;
use Selftest::Json;

use constant SENTENCES => 5;    # of a kind, about what is wrong

# A kind's word: ok, wrong, missed (not all of what is promised), failed (not made), lacking (not possible here).
sub verdict {
    my ($row) = @_;
    return 'wrong' if $row->{wrong};
    return $1      if $row->{problem} =~ /^(lacking|failed)/;
    return 'missed' if $row->{promised} && $row->{attributed} < $row->{made} || $row->{late} || $row->{lost} && $row->{same} || not_shown($row) && ($row->{lost} || $row->{dropped});
    return 'ok';
}

# Flows that were not told of, and that no queue lost.
sub not_shown {
    my ($row) = @_;
    return $row->{unseen} - $row->{dropped};
}

# The exit status that the rows call for.
sub status {
    my (@rows) = @_;
    return (grep { verdict($_) =~ /^(?:wrong|missed|failed)\z/ } @rows) ? 1 : 0;
}

sub note {
    my ($row) = @_;
    my @notes = verdict($row) eq 'ok' ? () : verdict($row) eq 'lacking' ? () : uc verdict($row);
    push @notes, $row->{problem} =~ /^lacking (.*)/ ? "not supported here: $1" : $row->{problem} if $row->{problem};
    push @notes, "$row->{dropped} lost by the queue" if $row->{dropped};
    push @notes, not_shown($row) . ' not shown' if not_shown($row);
    push @notes, "$row->{lost} events lost" if $row->{lost};
    push @notes, "$row->{late} told of once more, too late to be compared" if $row->{late};
    return join '; ', @notes;
}

sub text {
    my ($about, @rows) = @_;
    my @lines = ("step         $about->{source}" . ($about->{figures} ? " ($about->{figures})" : ''));
    push @lines, map { "not used     $_->{source}: $_->{reason}" } @{$about->{notUsed} || []};
    push @lines, "kernel       Linux $about->{kernel}", '', sprintf('%-17s %5s %10s %7s %5s  %s', qw(kind made attributed unknown wrong note));
    for my $row (@rows) {
        push @lines, sprintf '%-17s %5d %10s %7d %5d  %s', $row->{name}, $row->{made}, $row->{attributed} . ($row->{promised} ? '*' : ' '),
            $row->{unknown}, $row->{wrong}, note($row);
        my @sentences = @{$row->{sentences}};
        my $more      = @sentences - SENTENCES;
        push @lines, map { "  wrong: $_" } $more > 0 ? (@sentences[0 .. SENTENCES - 1], "and $more more") : @sentences;
    }
    push @lines, '', '* promised by this step: all must be attributed. ' . (status(@rows) ? 'FAILED' : 'Nothing is wrong.');
    s/\s+\z// for @lines;
    return join '', map { "$_\n" } @lines;
}

sub json {
    my ($about, @rows) = @_;
    my @kinds = map { kind($_) } @rows;
    return Selftest::Json::write_text({
        ok      => truth(!status(@rows)),
        source  => $about->{source},
        figures => $about->{figures},
        notUsed => $about->{notUsed} || [],
        kernel  => $about->{kernel},
        namespace => \$about->{namespace},
        kinds   => \@kinds,
    }) . "\n";
}

sub kind {
    my ($row) = @_;
    my %numbers = map { $_ => \$row->{$_} } qw(made attributed unknown wrong unseen dropped lost late);
    return {
        kind => $row->{name}, text => $row->{text}, promised => truth($row->{promised}), result => verdict($row),
        note => note($row), sentences => $row->{sentences}, %numbers,
    };
}

sub truth {
    my ($value) = @_;
    return \($value ? 'true' : 'false');
}

1;
