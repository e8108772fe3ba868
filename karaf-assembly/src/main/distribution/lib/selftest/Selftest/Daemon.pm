# SPDX-License-Identifier: Apache-2.0
# A daemon of the self-test's own: of this very distribution, in the protected namespace, with folders of its own.
package Selftest::Daemon;
use strict;
use warnings;
use POSIX ();
use Selftest::Child;
use Selftest::Json;
use Selftest::Lab;
use Selftest::Lines;

use constant NEWS_SECONDS => 30;

# It enforces a policy that allows everything: while observing, a flow waits for its program a tenth of a second only. Here
# it may wait as long as the self-test is patient, so that what is unknown is not just late.
# The rules decide nothing; they are there to be asked, so that who is behind a flow is found out in full, and so that
# what arrives and what is routed through is asked about at all.
my $settings = "loopback: true\nboot-deadline: 600s\nmode: enforce\n";
my $rules    = <<'RULES';
rules:
  - id: ask-parent
    rule: log out process.parent.exe=/nobody
  - id: ask-user
    rule: log out process.user=4294967290
  - id: ask-in
    rule: log in process.parent.exe=/nobody
  - id: ask-forward
    rule: log forward remote.port=1
RULES

# Starts it and waits until it is ready; under emulation that takes minutes, so only its end ends the waiting.
sub start {
    my ($class, $lab, $tell, $patience) = @_;
    my $self = bless {lab => $lab, launcher => "$lab->{home}/bin/sallyport", patience => $patience}, $class;
    mkdir "$lab->{folder}/$_", 0700 or die "$lab->{folder}/$_: $!\n" for qw(etc etc/rules.d run);
    Selftest::Lab::write_file("$lab->{folder}/etc/sallyport.yaml", $settings, 0600);
    Selftest::Lab::write_file("$lab->{folder}/etc/rules.d/selftest.yaml", $rules, 0600);
    $self->{child} = Selftest::Child->start(sub { $self->become_daemon });
    my $ready = eval { $self->await_ready($tell) };
    return $self if $ready;
    my $problem = $@ || "the daemon of the self-test does not start:\n" . $self->log;
    $self->stop;
    die $problem;
}

sub await_ready {
    my ($self, $tell) = @_;
    my ($lines, $start, $line) = (Selftest::Lines->new, time);
    $lines->add($self->{child}{from}, sub { $line //= $_[0] // '' });
    until (defined $line) {
        $tell->('the daemon of the self-test starts' . (time > $start ? ', ' . (time - $start) . ' s' : ''));
        $lines->wait_for(NEWS_SECONDS);
    }
    return $line eq 'sallyport: ready';
}

sub environment {
    my ($self) = @_;
    my $folder = $self->{lab}{folder};
    return (
        'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL=C.UTF-8', (defined $ENV{JAVA_HOME} ? "JAVA_HOME=$ENV{JAVA_HOME}" : ()),
        'SALLYPORT_JAVA_OPTS=-Dsallyport.answer.seconds=' . ($self->{patience} < 60 ? $self->{patience} : 60),
        map { 'SALLYPORT_' . uc . "=$folder/$_" } qw(etc state run),
    );
}

# A process for another program: it ends with the self-test and not before, so the terminal's Ctrl-C is not for it.
sub become_own {
    my ($self, $log) = @_;
    POSIX::setpgid(0, 0);
    $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP);
    Selftest::Net::end_with_parent();
    open STDERR, '>', "$self->{lab}{folder}/$log" or die "no log: $!\n";
}

# Not ip netns exec: it hides the cgroups and the BPF file system.
sub become_daemon {
    my ($self) = @_;
    $self->become_own("daemon.log");
    { exec $self->{lab}{net}->prefix('host'), 'env', '-i', $self->environment, $self->{launcher}, 'daemon' }
    die "no nsenter: $!\n";
}

# The Java machine it runs on.
sub java {
    my ($self) = @_;
    return readlink "/proc/$self->{child}{pid}/exe";
}

# The end of its log.
sub log {
    my ($self) = @_;
    my @lines = split /^/, Selftest::Lab::contents("$self->{lab}{folder}/daemon.log") // '';
    return join '', @lines > 20 ? @lines[-20 .. -1] : @lines;
}

# Runs a command of the client; its standard output, or undef if it was refused.
sub ask {
    my ($self, @words) = @_;
    open my $out, '-|', 'env', '-i', $self->environment, $self->{launcher}, @words or die "no client: $!\n";
    local $/;
    my $answer = readline $out;
    return close($out) ? $answer : undef;
}

# The step in use (source), its figures, and those that cannot be used here with the reason (notUsed).
sub attribution {
    my ($self) = @_;
    my $status = $self->ask('status', '--json') // die "the daemon of the self-test is gone:\n" . $self->log;
    my $attribution = Selftest::Json::read_text($status)->{attribution};
    my @idle        = grep { !$_->{active} && defined $_->{reason} } @{$attribution->{sources} || []};
    return {%$attribution, notUsed => [map { {source => $_->{name}, reason => $_->{reason}} } @idle]};
}

# Changes the policy by a rule that decides nothing, so that no flow is known any more; the number of the new one.
sub move_revision {
    my ($self) = @_;
    defined $self->ask(qw(log out remote.port=2 --until-restart)) or die "the daemon of the self-test takes no rule\n";
    return Selftest::Json::read_text($self->ask('status', '--json') // 'null')->{revision};
}

# Follows who is behind each flow; lines of JSON.
sub watch {
    my ($self) = @_;
    $self->{watch} = Selftest::Child->start(sub {
        $self->become_own("watch.log");
        { exec 'env', '-i', $self->environment, $self->{launcher}, 'watch', '--json' }
        die "no client: $!\n";
    });
    return $self->{watch}{from};
}

# How many events were lost since it was last asked, as far as the daemon knows: on their way to watch, or before.
sub newly_lost {
    my ($self) = @_;
    my $all = Selftest::Json::read_text($self->ask('status', '--json') // '{}')->{fail}{'events-lost'}{count} // 0;
    my $said = Selftest::Lab::contents("$self->{lab}{folder}/watch.log");
    $all += $1 while $said =~ /^sallyport: (\d+) flows came too fast/gm;
    my $before = $self->{lost} // 0;
    $self->{lost} = $all;
    return $all - $before;
}

# Refuses what a program sends to a port, and what nobody knows the sender of.
sub refuse {
    my ($self, $program, $port) = @_;
    defined $self->ask('deny', 'out', "process.exe=$program", "remote.port=$port", qw(--until-restart --id refused))
        or die "the daemon of the self-test takes no rule\n";
}

sub refuse_no_more {
    my ($self) = @_;
    defined $self->ask(qw(remove refused)) or die "the daemon of the self-test keeps its rule\n";
}

# Stops it in the middle of whatever it does. It then has one processor only, so that what it lets pass arrives in the order
# it was let pass in.
sub stand_still {
    my ($self) = @_;
    open my $answer, '-|', 'taskset', '-pc', $self->{child}{pid} or die "no taskset: $!\n";
    ($self->{processors}) = (readline($answer) // '') =~ /: ([-,0-9]+)$/ or die "the daemon of the self-test is gone\n";
    $self->take_processors($self->{processors} =~ /^(\d+)/);
    $self->{stands} = kill STOP => $self->{child}{pid};
}

sub go_on {
    my ($self) = @_;
    kill CONT => $self->{child}{pid};
    $self->{stands} = 0;
}

sub take_processors {
    my ($self, $list) = @_;
    open my $answer, '-|', 'taskset', '-apc', $list, $self->{child}{pid} or die "no taskset: $!\n";
    1 while readline $answer;
}

# Takes what it has in the kernel out of it, rules and pins, and ends it.
sub stop {
    my ($self) = @_;
    my $pins = '/sys/fs/bpf/sallyport/' . $self->{lab}{net}->inode('host');
    kill TERM => $self->{watch}{pid} if $self->{watch};
    $self->{watch}->end if $self->{watch};
    $self->go_on if $self->{stands};
    $self->ask('down');
    kill TERM => $self->{child}{pid};
    $self->{child}->end;
    # If it was killed, what it pinned is still there; nobody else's is in the folder of this namespace.
    unlink glob "$pins/*";
    rmdir $pins;
}

1;
