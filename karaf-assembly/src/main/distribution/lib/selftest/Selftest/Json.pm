# SPDX-License-Identifier: Apache-2.0
# Reads and writes JSON; perl-base has nothing for it. What cannot be read is an error, never a guess.
package Selftest::Json;
use strict;
use warnings;

my %escape = (b => "\b", f => "\f", n => "\n", r => "\r", t => "\t", '"' => '"', '\\' => '\\', '/' => '/');

# The value of a text: hash, array, text or number; undef for null, 1 and 0 for true and false.
sub read_text {
    my ($text) = @_;
    pos($text) = 0;
    my $value = value(\$text);
    $text =~ /\G\s*\z/gc or die "no JSON: $text\n";
    return $value;
}

sub value {
    my ($text) = @_;
    $$text =~ /\G\s+/gc;
    return object($text) if $$text =~ /\G\{/gc;
    return array($text)  if $$text =~ /\G\[/gc;
    return string($text) if $$text =~ /\G"/gc;
    return $1 + 0        if $$text =~ /\G(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)/gc;
    return $1 eq 'true' ? 1 : $1 eq 'false' ? 0 : undef if $$text =~ /\G(true|false|null)/gc;
    die "no JSON: $$text\n";
}

sub object {
    my ($text) = @_;
    my %object;
    return \%object if $$text =~ /\G\s*\}/gc;
    while (1) {
        $$text =~ /\G\s*"/gc or die "no JSON: $$text\n";
        my $name = string($text);
        $$text =~ /\G\s*:/gc or die "no JSON: $$text\n";
        $object{$name} = value($text);
        return \%object if $$text =~ /\G\s*\}/gc;
        $$text =~ /\G\s*,/gc or die "no JSON: $$text\n";
    }
}

sub array {
    my ($text) = @_;
    my @array;
    return \@array if $$text =~ /\G\s*\]/gc;
    while (1) {
        push @array, value($text);
        return \@array if $$text =~ /\G\s*\]/gc;
        $$text =~ /\G\s*,/gc or die "no JSON: $$text\n";
    }
}

sub string {
    my ($text) = @_;
    my $string = '';
    while (1) {
        if    ($$text =~ /\G([^"\\]+)/gc)            { $string .= $1 }
        elsif ($$text =~ /\G"/gc)                    { return $string }
        elsif ($$text =~ /\G\\u([0-9a-fA-F]{4})/gc)  { $string .= chr hex $1 }
        elsif ($$text =~ /\G\\(["\\\/bfnrt])/gc)     { $string .= $escape{$1} }
        else                                         { die "no JSON: $$text\n" }
    }
}

# A value as JSON on one line. A reference to a number is that number, and to a truth value's text that word; all else is
# text.
sub write_text {
    my ($value) = @_;
    return 'null' if !defined $value;
    return '{' . join(',', map { quote($_) . ':' . write_text($value->{$_}) } sort keys %$value) . '}' if ref $value eq 'HASH';
    return '[' . join(',', map { write_text($_) } @$value) . ']' if ref $value eq 'ARRAY';
    return $$value if ref $value eq 'SCALAR';
    return quote($value);
}

sub quote {
    my ($text) = @_;
    $text =~ s/(["\\])/\\$1/g;
    $text =~ s/([^ -~])/sprintf '\\u%04x', ord $1/ge;
    return "\"$text\"";
}

1;
