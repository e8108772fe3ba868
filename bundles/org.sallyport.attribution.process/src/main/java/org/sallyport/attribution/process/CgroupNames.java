// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.process;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the names in the path of a cgroup say: the application (flatpak, snap) and the container. A
 * name that only looks alike says nothing; of several the innermost counts. Whoever has a cgroup
 * tree of his own can make any of them.
 */
final class CgroupNames {

  /** NAME_MAX of linux/limits.h: no cgroup has a longer name. */
  private static final int MAX_NAME = 255;

  private static final String ID = "([0-9a-f]{64})";
  private static final String UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  // flatpak: common/flatpak-run.c, the unit; common/flatpak-utils.c, what an id is
  private static final Pattern FLATPAK = Pattern.compile("app-flatpak-(.+)-[0-9]+\\.scope");
  private static final Pattern FLATPAK_ID =
      Pattern.compile("[A-Za-z_-][A-Za-z0-9_-]*(?:\\.[A-Za-z_-][A-Za-z0-9_-]*){2,}");

  // snapd: sandbox/cgroup, the security tag and what systemd-run or a unit makes of it
  private static final Pattern SNAP =
      Pattern.compile(
          "snap\\.([a-z0-9][a-z0-9-]*(?:_[a-z0-9]{1,10})?)(?:\\+[a-z0-9-]+)?"
              + "\\.[A-Za-z0-9.-]+(?:[-.]"
              + UUID
              + "\\.scope|\\.service)");

  // the systemd driver of Docker, Podman, containerd, CRI-O and nerdctl
  private static final Pattern SCOPE =
      Pattern.compile("(?:docker|libpod|cri-containerd|crio|nerdctl)-" + ID + "\\.scope");
  // their driver cgroupfs; what stands above tells whose it is
  private static final Pattern BARE = Pattern.compile("(?:crio-)?" + ID);
  private static final Pattern LIBPOD = Pattern.compile("libpod-" + ID);
  private static final String POD = "pod";
  private static final String KUBERNETES = "kubepods";

  // systemd-nspawn; the hypervisors among systemd's machines hold no processes of the host
  private static final Pattern MACHINE =
      Pattern.compile("machine-(?!qemu-\\d)([A-Za-z0-9._-]+)\\.scope");
  private static final Pattern NSPAWN =
      Pattern.compile("systemd-nspawn@([A-Za-z0-9._-]+)\\.service");
  private static final String MACHINES = "machine.slice";

  private static final String LXC = "lxc.payload.";
  private static final List<String> LXC_FOLDERS = List.of("lxc", "lxc.payload");

  private CgroupNames() {}

  /** The application, as {@code flatpak:ID} or {@code snap:NAME}; empty if there is none. */
  static String app(String cgroup) {
    String[] names = cgroup.split("/", -1);
    for (int i = names.length - 1; i >= 0; i--) {
      String app = appOf(names[i]);
      if (!app.isEmpty()) {
        return app;
      }
    }
    return "";
  }

  private static String appOf(String name) {
    if (name.length() > MAX_NAME) {
      return "";
    }
    Matcher flatpak = FLATPAK.matcher(name);
    if (flatpak.matches()) {
      String id = decoded(flatpak.group(1));
      return FLATPAK_ID.matcher(id).matches() ? "flatpak:" + id : "";
    }
    Matcher snap = SNAP.matcher(decoded(name));
    return snap.matches() ? "snap:" + snap.group(1) : "";
  }

  /** The innermost container: its id, or its name; empty if there is none. */
  static String container(String cgroup) {
    String[] names = cgroup.split("/", -1);
    for (int i = names.length - 1; i > 0; i--) {
      String container = names[i].length() > MAX_NAME ? "" : containerOf(names, i);
      if (!container.isEmpty()) {
        return container;
      }
    }
    return "";
  }

  private static String containerOf(String[] names, int at) {
    String name = names[at];
    String above = names[at - 1];
    String id = group(SCOPE, name);
    if (id.isEmpty() && (above.equals("docker") || isPod(names, at - 1))) {
      id = group(BARE, name);
    }
    if (id.isEmpty() && above.equals("libpod_parent")) {
      id = group(LIBPOD, name);
    }
    if (id.isEmpty() && above.equals(MACHINES)) {
      String unescaped = decoded(name);
      id = group(MACHINE, unescaped) + group(NSPAWN, unescaped);
    }
    return id.isEmpty() ? lxc(names, at) : id;
  }

  private static boolean isPod(String[] names, int at) {
    if (!names[at].startsWith(POD)) {
      return false;
    }
    for (int i = at - 1; i >= 0; i--) {
      if (names[i].startsWith(KUBERNETES)) {
        return true;
      }
    }
    return false;
  }

  /** LXC keeps its containers at the top, and those of a container at the top of that one. */
  private static String lxc(String[] names, int at) {
    String name = names[at];
    if (name.startsWith(LXC)) {
      return name.substring(LXC.length());
    }
    return at == 2 && LXC_FOLDERS.contains(names[1]) ? name : "";
  }

  private static String group(Pattern pattern, String name) {
    Matcher matcher = pattern.matcher(name);
    return matcher.matches() ? matcher.group(1) : "";
  }

  /** A unit's name with its escapes decoded (systemd.unit(5)): {@code \x2d} is a byte. */
  static String decoded(String name) {
    if (name.indexOf('\\') < 0) {
      return name;
    }
    byte[] written = name.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(written.length);
    int i = 0;
    while (i < written.length) {
      if (isEscape(written, i)) {
        bytes.write(digit(written[i + 2]) << 4 | digit(written[i + 3]));
        i += 4;
      } else {
        bytes.write(written[i]);
        i++;
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static boolean isEscape(byte[] name, int at) {
    return at + 4 <= name.length
        && name[at] == '\\'
        && name[at + 1] == 'x'
        && digit(name[at + 2]) >= 0
        && digit(name[at + 3]) >= 0;
  }

  private static int digit(byte letter) {
    return letter < 0 ? -1 : Character.digit((char) letter, 16);
  }
}
