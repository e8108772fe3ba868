# SPDX-License-Identifier: Apache-2.0
# "launch": the client becomes another program, without network, in a group, in a cgroup or as another user. Read by
# bin/sallyport-client, whose fail() and $json it uses. Needs no daemon, and nothing beyond perl-base and, for groups,
# what every Debian has (id, groupadd).
#
# Whatever is asked for is done before the program starts and read back from the kernel; where that fails, nothing is
# started. The client leaves no open file, signal handler or child behind: the program has the process id the caller
# knows, its terminal, limits and open files, and answers with its own exit status. (One thing perl does by itself:
# SIGCHLD, where the caller ignored it, is at its default again.)
package Launch;
use strict;
use warnings;
use Config;
use Errno qw(EEXIST ENOENT);
use POSIX ();

use constant {
    CLONE_NEWUSER => 0x1000_0000,    # linux/sched.h
    CLONE_NEWNET  => 0x4000_0000,
    GROUP_EXISTS  => 9,              # groupadd(8)
    MAX_ID        => 0xffff_fffe,    # the next one means "none" to the kernel
};

# unshare(2); perl-base has no syscall.ph.
my %unshare_number = (x86_64 => 272, aarch64 => 97);

# The tools that are run on the way, whatever PATH the caller has.
my $tool_path = '/usr/sbin:/usr/bin:/sbin:/bin';

my %takes_value = map { $_ => 1 } qw(--group --cgroup --user);
my %flag        = map { $_ => 1 } qw(--no-network --create --dry-run --json --help);

my $help = <<'HELP';
Usage: sallyport launch [OPTION…] [--] PROGRAM [ARGUMENT…]
Start a program without network, in a group, in a cgroup or as another user, so that rules can
speak of exactly this program: sallyport deny out group=noinet

  --no-network   in a network namespace of its own, whose loopback is down as well; the one
                 option that needs no root
  --group G      with the primary group G; every group it has otherwise is kept
  --cgroup PATH  in this cgroup (v2), as process.cgroup shows it, for example /noinet
  --create       make the group (as a system group) or the cgroup if it is missing
  --user U       as another user with all of its groups; HOME, SHELL, USER and LOGNAME are set,
                 all other environment, folder, limits and open files stay the caller's
  --dry-run      check and say what would be done
  --json         print errors as JSON
  -h, --help     print this help

At least one of --no-network, --group, --cgroup and --user is needed; they go together. The
client becomes the program: same process id, terminal and limits, its own exit status (127: not
found, 126: cannot be run). No daemon is needed. Under sudo a program runs as root unless --user
says otherwise:
  sudo sallyport launch --group noinet --create --user "$USER" PROGRAM
What gets away all the same: helpers that D-Bus or systemd start, and programs already running
(see README.md).
HELP

# Wrong usage.
sub wrong {
    my ($message, $hint) = @_;
    main::fail(2, $message, 'launch', defined $hint ? $hint : 'sallyport launch --help shows how');
}

# Refused or failed.
sub refuse {
    my ($message, $hint) = @_;
    main::fail(1, $message, 'launch', defined $hint ? $hint : '');
}

# Reads the options; what is left is the program with its arguments, none of which is looked at.
sub parse {
    my @words = @_;
    my (%wish, @problem);
    $main::json = 0;    # what was found so far may be the program's
    while (@words && $words[0] =~ /^-./s) {
        my $word = shift @words;
        last if $word eq '--';
        my ($name, $value) = $word =~ /^(--[a-z-]+)=(.*)\z/s ? ($1, $2) : ($word eq '-h' ? '--help' : $word, undef);
        if ($takes_value{$name}) {
            my $next_is_option = @words && $words[0] =~ /^(--[a-z-]*|-h)(?:=|\z)/
                && ($1 eq '--' || $1 eq '-h' || $flag{$1} || $takes_value{$1});
            $value = shift @words if !defined $value && !$next_is_option;
            push @problem, "a value is missing after $name" if !defined $value || $value eq '';
        } elsif (!$flag{$name} || defined $value) {
            push @problem, "launch has no option $word";
        }
        push @problem, "$name is given twice" if exists $wish{$name};
        $wish{$name} = defined $value ? $value : 1;
    }
    $main::json = exists $wish{'--json'};
    return (\%wish, @words) if $wish{'--help'};
    wrong($problem[0]) if @problem;
    check(\%wish, @words);
    return (\%wish, @words);
}

sub check {
    my ($wish, @command) = @_;
    wrong('launch needs one of --no-network, --group, --cgroup and --user')
        if !grep { exists $wish->{$_} } qw(--no-network --group --cgroup --user);
    wrong('--create goes with --group or --cgroup')
        if $wish->{'--create'} && !exists $wish->{'--group'} && !exists $wish->{'--cgroup'};
    wrong('launch needs a program') if !@command;
    return if !exists $wish->{'--cgroup'};
    $wish->{'--cgroup'} =~ s{(?<=.)/\z}{}s;
    my $path = $wish->{'--cgroup'};
    wrong("$path is no path of a cgroup", 'an absolute path without . and .., as process.cgroup shows it')
        if $path !~ m{^(?:/[^/\x00-\x1f\x7f]+)+\z} || $path =~ m{/\.\.?(?:/|\z)};
}

# What the caller may do: with a right of root's, or only with what each user may do.
sub check_right {
    my ($wish) = @_;
    refuse('launch cannot work where the real and the effective user or group differ', 'it is not made for set-uid use')
        if $< != $> || (split ' ', $()[0] != (split ' ', $))[0];
    return if $> == 0;
    my ($first) = grep { exists $wish->{$_} } qw(--group --cgroup --user);
    refuse("only root may use $first", 'try sudo, with --user for who runs the program; --no-network needs no root')
        if defined $first;
}

# Whether this is a number of a user or a group; larger ones would be cut to 32 bits, and name somebody else.
sub is_id {
    my ($text) = @_;
    return $text =~ /^[0-9]{1,10}\z/ && $text <= MAX_ID;
}

sub group_id {
    my ($text) = @_;
    my $id = getgrnam $text;
    return $id if defined $id;
    return is_id($text) && defined getgrgid($text) ? $text + 0 : undef;
}

# The output of a tool, or undef where it failed.
sub output_of {
    my @command = @_;
    local $ENV{PATH} = $tool_path;
    open my $pipe, '-|', @command or return undef;
    local $/;
    my $text = <$pipe>;
    return close $pipe ? $text : undef;
}

# Who the program will be. The list of groups is asked for through the host's own name service, now, while there is a
# network: a directory need not list its groups, so they cannot be gathered from an enumeration.
sub credentials {
    my ($wish) = @_;
    my ($gid, @groups) = split ' ', $);
    my %target = (uid => $>, gid => $gid);
    if (defined(my $text = $wish->{'--user'})) {
        my @entry = getpwnam $text;
        @entry = getpwuid $text if !@entry && is_id($text);
        refuse("there is no user $text") if !@entry;
        @target{qw(name uid gid home shell)} = @entry[0, 2, 3, 7, 8];
        my $list = output_of('id', '-G', '--', $target{name});
        refuse("the groups of the user $text cannot be read") if !defined $list || $list !~ /^[0-9]+(?: [0-9]+)*\n\z/;
        @groups = split ' ', $list;
    }
    my %kept = map { $_ => 1 } @groups, $target{gid};
    $target{groups} = [sort { $a <=> $b } keys %kept];
    return \%target;
}

# The id of the group, undef where it is to be made.
sub wanted_group {
    my ($wish) = @_;
    my $name = $wish->{'--group'};
    my $id = group_id($name);
    return $id if defined $id;
    refuse("there is no group $name", 'with --create it is made') if !$wish->{'--create'};
    wrong("$name is no name for a new group", 'letters, digits, - and _; the first one a letter or _')
        if $name !~ /^[a-z_][a-z0-9_-]{0,30}\z/;
    return undef;
}

sub create_group {
    my ($name) = @_;
    my $pid = fork;
    refuse("the group $name cannot be made: $!") if !defined $pid;
    if (!$pid) {
        $ENV{PATH} = $tool_path;
        # Standard output is the program's alone.
        open STDOUT, '>&', \*STDERR or POSIX::_exit(126);
        no warnings 'exec';
        exec {'groupadd'} 'groupadd', '--system', '--', $name or POSIX::_exit(127);
    }
    waitpid $pid, 0;
    my $status = $? >> 8;
    my $id = group_id($name);
    # Somebody else may have made it just now.
    return $id if defined $id && ($? == 0 || $status == GROUP_EXISTS);
    refuse("the group $name could not be made", "groupadd ended with $status");
}

# Where cgroup v2 is mounted.
sub cgroup_mount {
    for (split /\n/, contents('/proc/self/mountinfo')) {
        my ($left, $right) = split / - /, $_, 2;
        next if $right !~ /^cgroup2 /;
        my ($root, $point) = (split ' ', $left)[3, 4];
        $point =~ s/\\([0-7]{3})/chr oct $1/ge;    # proc_pid_mountinfo(5)
        return $point if $root eq '/';
    }
    refuse('no cgroup v2 file system is mounted');
}

# The folder of the cgroup and its path as the kernel shows it.
sub wanted_cgroup {
    my ($wish) = @_;
    my $path = $wish->{'--cgroup'};
    my $mount = cgroup_mount();
    $path =~ s{^\Q$mount\E(?=/)}{};
    refuse("there is no cgroup $path", 'with --create it is made') if !-d "$mount$path" && !$wish->{'--create'};
    return {mount => $mount, path => $path};
}

sub join_cgroup {
    my ($cgroup) = @_;
    my ($folder, $path) = @$cgroup{qw(mount path)};
    for my $part ($path =~ m{[^/]+}g) {
        $folder .= "/$part";
        mkdir $folder or $! == EEXIST or refuse("the cgroup $path cannot be made: $!");
    }
    write_once("$folder/cgroup.procs", $$) or refuse("the cgroup $path cannot be joined: $!");
    refuse("the cgroup $path was not joined") if contents('/proc/self/cgroup') !~ /^0::\Q$path\E$/m;
}

sub contents {
    my ($file) = @_;
    open my $handle, '<', $file or refuse("$file cannot be read: $!");
    local $/;
    my $text = <$handle>;
    return defined $text ? $text : '';
}

# Files of the kernel want the whole value in one write, which tells whether it was taken.
sub write_once {
    my ($file, $text) = @_;
    open my $handle, '>', $file or return 0;
    return defined syswrite $handle, $text;
}

# Goes into a network namespace of its own. Users who are not root may do that in a user namespace of their own only,
# where they stay who they are: only their own user and group exist there, so nothing can be gained in it. The rights
# they hold in it until the program starts end with the exec, since they are not user 0 there.
sub leave_network {
    my ($machine) = $Config{archname} =~ /^(x86_64|aarch64)-linux(?!.*(?:x32|ilp32))/;
    refuse("--no-network is not known on $Config{archname}") if !defined $machine;
    my $before = readlink '/proc/self/ns/net';
    my ($uid, $gid) = ($>, (split ' ', $))[0]);
    my $flags = CLONE_NEWNET | ($uid == 0 ? 0 : CLONE_NEWUSER);
    no_namespace($uid) if syscall($unshare_number{$machine}, $flags) != 0;
    if ($uid != 0) {
        write_once('/proc/self/setgroups', 'deny') && write_once('/proc/self/uid_map', "$uid $uid 1\n")
            && write_once('/proc/self/gid_map', "$gid $gid 1\n")
            or no_namespace($uid);
        my $status = contents('/proc/self/status');
        refuse('the kernel made another user of this one')
            if field($status, 'Uid') ne join("\t", ($uid) x 4) || field($status, 'Gid') ne join("\t", ($gid) x 4)
            || field($status, 'CapAmb') =~ /[^0]/;
    }
    my $after = readlink '/proc/self/ns/net';
    refuse('the network was not left') if !defined $before || !defined $after || $before eq $after;
}

sub no_namespace {
    my ($uid) = @_;
    refuse("the kernel refuses a network namespace: $!") if $uid == 0;
    refuse("the kernel refuses a network namespace to this user: $!",
        'user namespaces may be closed to users here; try: sudo sallyport launch --no-network --user NAME PROGRAM');
}

# The value of a line of /proc/self/status.
sub field {
    my ($status, $name) = @_;
    return $status =~ /^$name:[\t ]*(.*?)\s*$/m ? $1 : '';
}

# Becomes user and group for good: real, effective, saved and of the file system, which is the one sockets are given.
# What perl or libc say about it is not relied on; the kernel is asked.
sub change_credentials {
    my ($target) = @_;
    my ($uid, $gid) = @$target{qw(uid gid)};
    $) = join ' ', $gid, @{$target->{groups}};    # setgroups, then setegid
    POSIX::setgid($gid);
    POSIX::setuid($uid);
    my $status = contents('/proc/self/status');
    my @groups = sort { $a <=> $b } split ' ', field($status, 'Groups');
    refuse('the kernel did not take the groups; they may be fixed in this container') if "@groups" ne "@{$target->{groups}}";
    refuse("the kernel did not take the group $gid") if field($status, 'Gid') ne join "\t", ($gid) x 4;
    refuse("the kernel did not take the user $uid") if field($status, 'Uid') ne join "\t", ($uid) x 4;
    refuse('rights of root would stay with the program', 'the caller has locked securebits, see capabilities(7)')
        if $uid != 0 && grep { field($status, $_) =~ /[^0]/ } qw(CapPrm CapEff CapAmb);
}

sub say_plan {
    my ($wish, $group_missing, $cgroup_missing, $program) = @_;
    my @plan;
    push @plan, 'without network' if $wish->{'--no-network'};
    push @plan, "in the group $wish->{'--group'}" . ($group_missing ? ' (to be made)' : '') if exists $wish->{'--group'};
    push @plan, "in the cgroup $wish->{'--cgroup'}" . ($cgroup_missing ? ' (to be made)' : '') if exists $wish->{'--cgroup'};
    push @plan, "as $wish->{'--user'}" if exists $wish->{'--user'};
    print main::visible("would launch $program " . join(', ', @plan)), "\n";
}

sub become {
    my ($target, @command) = @_;
    if (defined $target->{name}) {
        @ENV{qw(HOME SHELL USER LOGNAME)} =
            ($target->{home} || '/', $target->{shell} || '/bin/sh', ($target->{name}) x 2);
    }
    no warnings 'exec';
    exec {$command[0]} @command;
    my ($program, $error) = ($command[0], $!);
    # A folder of PATH that the user may not enter answers EACCES, and says nothing of the program.
    my $nowhere = $program !~ m{/} && !grep { -e "$_/$program" } split /:/, defined $ENV{PATH} ? $ENV{PATH} : '';
    main::fail(127, "$program was not found", 'launch', '') if $error == ENOENT || $nowhere;
    main::fail(126, "$program cannot be run: $error", 'launch', '');
}

sub launch {
    my ($wish, @command) = parse(@_);
    if ($wish->{'--help'}) {
        print $help;
        exit 0;
    }
    check_right($wish);
    my $target = credentials($wish);
    my $gid    = exists $wish->{'--group'}  ? wanted_group($wish)  : $target->{gid};
    my $cgroup = exists $wish->{'--cgroup'} ? wanted_cgroup($wish) : undef;
    if ($wish->{'--dry-run'}) {
        say_plan($wish, !defined $gid, $cgroup && !-d "$cgroup->{mount}$cgroup->{path}", $command[0]);
        exit 0;
    }
    $target->{gid} = defined $gid ? $gid : create_group($wish->{'--group'});
    # Rights are needed for the first two, so they are given up last.
    join_cgroup($cgroup) if defined $cgroup;
    leave_network() if $wish->{'--no-network'};
    change_credentials($target) if exists $wish->{'--group'} || exists $wish->{'--user'};
    become($target, @command);
}

1;
