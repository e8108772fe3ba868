#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# "sallyport selftest": makes flows of many kinds in namespaces of its own, asks a daemon of its own who is behind each,
# and compares. Needs perl-base, iproute2, util-linux and what the daemon needs.
use strict;
use warnings;
use lib $0 =~ m{^(.*)/}s ? $1 : '.';
use Cwd qw(abs_path);
use Selftest::Json;
use Selftest::Options;
use Selftest::Report;
use Selftest::Run;

$ENV{PATH} = '/usr/sbin:/usr/bin:/sbin:/bin';
$ENV{LC_ALL} = 'C.UTF-8';
$| = 1;
my $json = grep { $_ eq '--json' } @ARGV;

sub fail {
    my ($status, $message) = @_;
    chomp $message;
    print STDERR $json
        ? Selftest::Json::write_text({error => {message => $message, where => 'selftest', hint => $status == 2 ? 'sallyport selftest --help' : ''}}) . "\n"
        : "sallyport: $message" . ($status == 2 ? ' (sallyport selftest --help shows how)' : '') . "\n";
    exit $status;
}

my $option = eval { Selftest::Options::parse(@ARGV) } or fail(2, $@);
if ($option->{help}) {
    print Selftest::Options::help();
    exit 0;
}
if ($option->{list}) {
    printf "%-17s %s\n", $_->{name}, $_->{text} for @{$option->{kinds}};
    exit 0;
}
fail(1, 'the self-test needs root, for network namespaces and the daemon of its own') if $> != 0;

# Whatever ends it, it cleans up behind itself; a reader that went away ends it too.
my $signal;
for my $name (qw(INT TERM HUP PIPE)) {
    $SIG{$name} = sub { $signal //= $name; die "ended by SIG$name\n" };
}
my ($folder) = abs_path($0) =~ m{^(.*)/}s;
my ($about, @rows) = eval { Selftest::Run::all("$folder/../..", $option, sub { print STDERR "sallyport: $_[0]\n" }) };
fail(1, $@) if !$about;
print $option->{json} ? Selftest::Report::json($about, @rows) : Selftest::Report::text($about, @rows);
exit Selftest::Report::status(@rows);
