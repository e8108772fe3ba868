# SPDX-License-Identifier: Apache-2.0
# Where the self-test works: a network and a folder of its own, with the programs that send. All of it is gone in the end.
package Selftest::Lab;
use strict;
use warnings;
use File::Path qw(remove_tree);
use File::Temp qw(tempdir);
use Selftest::Net;
use Selftest::Peer;

sub new {
    my ($class, $home) = @_;
    my $folder = tempdir('sallyport-selftest-XXXXXX', TMPDIR => 1);
    my $self   = bless {home => $home, folder => $folder, sender => "$folder/sender.pl"}, $class;
    # The mode is the folder's own: programs that became another user have opened everything before.
    eval { $self->fill; $self->{net} = Selftest::Net->new; $self->{peer} = Selftest::Peer::start($self->{net}); 1 } or do { my $why = $@; $self->close; die $why };
    return $self;
}

sub fill {
    my ($self) = @_;
    my $sender = contents("$self->{home}/lib/selftest/sender.pl");
    for my $name (qw(one two)) {
        $self->{$name} = "$self->{folder}/$name";
        copy_perl($self->{$name});
    }
    write_file($self->{sender}, $sender, 0644);
    write_file("$self->{folder}/$_", contents("$self->{home}/lib/selftest/$_"), 0644) for qw(steps.pl uring.pl);
    $self->{script} = "$self->{folder}/script";
    write_file($self->{script}, "#!$self->{one}\n$sender", 0755);
    system($self->{one}, '-e', '0') == 0 or die "programs cannot be run in $self->{folder}: choose another TMPDIR\n";
}

# The path of a program; "own" is a copy for one flow, with another beside it to replace it by.
sub program {
    my ($self, $name, $flow) = @_;
    return $self->{$name} if $name ne 'own';
    my $path = "$self->{folder}/own-$$-$flow";
    copy_perl($_) for $path, "$path.new";
    return $path;
}

# What comes before the steps when a program is started.
sub arguments {
    my ($self, $name) = @_;
    return ()              if $name eq 'script';
    return $self->{sender} if $name ne 'java';
    my ($classes) = glob "$self->{home}/system/org/sallyport/org.sallyport.shell/*/*.jar";
    return (qw(-Xmx16m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp), $classes, 'org.sallyport.shell.internal.ThreadedSender');
}

sub copy_perl {
    my ($to) = @_;
    write_file($to, contents('/usr/bin/perl'), 0755);
}

sub contents {
    my ($path) = @_;
    open my $file, '<:raw', $path or die "$path: $!\n";
    local $/;
    return scalar readline $file;
}

sub write_file {
    my ($path, $contents, $mode) = @_;
    open my $file, '>:raw', $path or die "$path: $!\n";
    print {$file} $contents or die "$path: $!\n";
    close $file or die "$path: $!\n";
    chmod $mode, $path or die "$path: $!\n";
}

# Has the peer end all connections that were made to it.
sub end_connections {
    my ($self) = @_;
    $self->{peer}->say_to('close');
    my $answer = readline $self->{peer}{from};
    die "the peer is gone\n" if ($answer // '') ne "closed\n";
}

# Which datagrams arrived where they are counted, since this was last asked: pairs of flow and port, in their order.
sub arrivals {
    my ($self) = @_;
    $self->{peer}->say_to('arrivals');
    my @all;
    while (defined(my $line = readline $self->{peer}{from})) {
        return @all if $line eq "end\n";
        push @all, [$1, $2] if $line =~ /^arrived (\d+) (\d+)/;
    }
    die "the peer is gone\n";
}

sub close {
    my ($self) = @_;
    $self->{peer}->end if $self->{peer};
    $self->{net}->close if $self->{net};
    remove_tree($self->{folder});
}

1;
