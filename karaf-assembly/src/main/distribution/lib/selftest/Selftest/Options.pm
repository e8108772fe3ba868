# SPDX-License-Identifier: Apache-2.0
# The words of "sallyport selftest".
package Selftest::Options;
use strict;
use warnings;
use Getopt::Long qw(GetOptionsFromArray :config no_auto_abbrev no_ignore_case permute);
use Selftest::Kinds;

my $help = <<'HELP';
Usage: sallyport selftest [OPTION…]
Make flows of many kinds in network namespaces of its own, ask a daemon of its own who is behind
each, and compare that with who made it. The running daemon and its rules are not touched; needs
no daemon, but root. Takes a minute or two.

  --source S    the step of attribution to try: bpf, sockdiag or procfs; the best one that this
                host has if not given
  --count N     how many flows of each kind, 1 to 100000; 24 if not given. Only where small
                programs are gone at once; all other kinds have 400 at most, and say so
  --rows N      how many programs at a time, 1 to 16, where they are gone at once; 1 if not given
  --kind K      only this kind; may be given several times. What sends more than a queue
                holds is tried only so: overflow, overflow-turns, overflow-records
  --patience S  seconds that a flow may wait for its program; 15 if not given. An emulated
                machine needs more
  --list        print the kinds and stop
  --json        print JSON
  --falsify K   for tests of the self-test: the truth about flows of this kind is falsified
  -h, --help    print this help

attributed = process id, start time, parent, user, group and file are those of the program that
sent; unknown = not told; wrong = anything else. Exit status: 0, or 1 if anything is wrong or the
step did not attribute what it promises (marked with an asterisk), 2 for wrong usage.
HELP

# The options as a hash; dies of a sentence if they are wrong.
sub parse {
    my @words = @_;
    my %option = (count => 24, rows => 1, patience => 15, kind => []);
    my $problem;
    local $SIG{__WARN__} = sub { $problem //= lc(substr $_[0], 0, 1) . substr $_[0], 1 };
    GetOptionsFromArray(\@words, \%option, qw(source=s count=s rows=s kind=s@ patience=s list json falsify=s help|h)) or die $problem;
    @words and die "selftest takes no argument, found: $words[0]\n";
    number($option{count},    'count',    1, Selftest::Kinds::MOST);
    number($option{rows},     'rows',     1, 16);
    number($option{patience}, 'patience', 1, 3600);
    !defined $option{source} || $option{source} =~ /^(?:bpf|sockdiag|procfs)\z/
        or die "there is no step '$option{source}' (one of bpf, sockdiag, procfs)\n";
    my %known = map { $_->{name} => $_ } Selftest::Kinds::all();
    for my $name (@{$option{kind}}, $option{falsify} // ()) {
        $known{$name} or die "there is no kind '$name' (see --list)\n";
    }
    my %wanted = map { $_ => 1 } @{$option{kind}};
    $option{kinds} = [grep { %wanted ? $wanted{$_->{name}} : $option{list} || Selftest::Kinds::is_usual($_) } Selftest::Kinds::all()];
    return \%option;
}

sub number {
    my ($text, $name, $least, $most) = @_;
    $text =~ /^\d{1,6}\z/ && $text >= $least && $text <= $most or die "$name is a number from $least to $most, not '$text'\n";
}

sub help { return $help }

1;
