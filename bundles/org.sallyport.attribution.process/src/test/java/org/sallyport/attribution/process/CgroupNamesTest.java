// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CgroupNamesTest {

  private static final String A =
      "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1";
  private static final String B =
      "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f";
  private static final String USER = "/user.slice/user-1000.slice/user@1000.service/app.slice/";
  private static final String UUID = "6c1a3d1e-0f4b-4c57-9d0e-2b9f6a1c7d55";

  @ParameterizedTest
  @CsvSource({
    "app-flatpak-org.gnome.Maps-4711.scope,          flatpak:org.gnome.Maps",
    "app-flatpak-org.gnome.Maps-4711.scope/below,    flatpak:org.gnome.Maps",
    "app-flatpak-com.foo\\x2dbar.Baz\\x2d2-7.scope,  flatpak:com.foo-bar.Baz-2",
    "app-flatpak-com.foo-bar.Baz-7.scope,            flatpak:com.foo-bar.Baz",
    "app-flatpak-org.Two-7.scope,                    ''",
    "app-flatpak-org.x.Maps.scope,                   ''",
    "app-flatpak-org.x.Maps-.scope,                  ''",
    "app-flatpak-org..Maps-7.scope,                  ''",
    "app-flatpak-org.9x.Maps-7.scope,                ''",
    "app-flatpak-org.x.M\\x2fps-7.scope,             ''",
    "app-flatpak-org.x.M\\x00ps-7.scope,             ''",
    "app-flatpak-org.x.M\\x0aps-7.scope,             ''",
    "app-flatpak-org.x.Maps-7.service,               ''",
    "app-flatpak-org.x.Maps-7.scope.d,               ''",
    "my-app-flatpak-org.x.Maps-7.scope,              ''",
    "app-gnome-org.gnome.Maps-4711.scope,            ''",
    "snap.firefox.firefox-" + UUID + ".scope,        snap:firefox",
    "snap.firefox.firefox." + UUID + ".scope,        snap:firefox",
    "snap.hello-world.sh-" + UUID + ".scope,         snap:hello-world",
    "snap.lxd.daemon.service,                        snap:lxd",
    "snap.lxd_two.daemon.service,                    snap:lxd_two",
    "snap.lxd.hook.install-" + UUID + ".scope,       snap:lxd",
    "snap.lxd\\x2bpart.hook.x-" + UUID + ".scope,    snap:lxd",
    "snap.lxd.daemon.scope,                          ''",
    "snap.lxd.service,                               ''",
    "snap.LXD.daemon.service,                        ''",
    "snap.lxd.da\\x2fmon.service,                    ''",
    "snapd.service,                                  ''",
    "snap.a.b.service/app-flatpak-o.x.M-7.scope,     flatpak:o.x.M",
    "app-flatpak-o.x.M-7.scope/snap.a.b.service,     snap:a",
  })
  void shouldTellTheApplication(String name, String app) {
    assertThat(CgroupNames.app(USER + name)).isEqualTo(app);
  }

  @ParameterizedTest
  @CsvSource({
    "/system.slice/docker-" + A + ".scope,                                     " + A,
    "/system.slice/docker-" + A + ".scope/init.scope,                          " + A,
    "/machine.slice/libpod-" + A + ".scope/container,                          " + A,
    "/user.slice/user@1000.service/user.slice/libpod-" + A + ".scope,          " + A,
    "/kubepods.slice/kubepods-podx.slice/cri-containerd-" + A + ".scope,       " + A,
    "/kubepods.slice/kubepods-podx.slice/crio-" + A + ".scope,                 " + A,
    "/docker/" + A + ",                                                        " + A,
    "/kubepods/burstable/pod12-34/" + A + ",                                   " + A,
    "/kubepods/pod12-34/crio-" + A + ",                                        " + A,
    "/libpod_parent/libpod-" + A + ",                                          " + A,
    "/system.slice/docker-" + A + ".scope/kubepods/pod1/" + B + "/x,           " + B,
    "/docker/" + A + "/docker/" + B + ",                                       " + B,
    "/machine.slice/machine-web\\x2d1.scope/payload,                           web-1",
    "/machine.slice/systemd-nspawn@web.service/payload,                        web",
    "/machine.slice/machine-lxc\\x2d17\\x2dweb.scope,                          lxc-17-web",
    "/lxc.payload.web/system.slice/x.service,                                  web",
    "/lxc.payload.out/lxc.payload.in/x,                                        in",
    "/lxc/101/ns,                                                              101",
    "/machine.slice/machine-qemu\\x2d1\\x2dweb.scope,                          ''",
    "/machine.slice/machine-a\\x2fb.scope,                                     ''",
    "/system.slice/machine-web.scope,                                          ''",
    "/machine.slice/libpod-conmon-" + A + ".scope,                             ''",
    "/lxc.monitor.web,                                                         ''",
    "/user.slice/lxc/101,                                                      ''",
    "/system.slice/docker-" + A + ".service,                                   ''",
    "/system.slice/docker-" + A + "0.scope,                                    ''",
    "/system.slice/mydocker-" + A + ".scope,                                   ''",
    "/system.slice/docker.service,                                             ''",
    "/system.slice/" + A + ",                                                  ''",
    "/user.slice/pod1/" + A + ",                                               ''",
    "/libpod_parent/conmon,                                                    ''",
    "/,                                                                        ''",
    "'',                                                                       ''",
  })
  void shouldTellTheInnermostContainer(String cgroup, String container) {
    assertThat(CgroupNames.container(cgroup)).isEqualTo(container);
  }

  @Test
  void shouldTakeNoUpperCaseAndNoCutOffId() {
    assertThat(CgroupNames.container("/docker/" + A.toUpperCase(Locale.ROOT))).isEmpty();
    assertThat(CgroupNames.container("/docker/" + A.substring(1))).isEmpty();
  }

  @Test
  void shouldNotBeMisledByLengthNewlineOrNul() {
    String id = "o.x." + "M".repeat(100_000);
    assertThat(CgroupNames.app("/app-flatpak-" + id + "-1.scope")).isEmpty();
    assertThat(CgroupNames.app("/app-flatpak-" + "a.".repeat(100_000) + "-1.scope")).isEmpty();
    assertThat(CgroupNames.app("/app-flatpak-o.x.M\n-1.scope")).isEmpty();
    assertThat(CgroupNames.app("/app-flatpak-o.x.M-1.scope\n")).isEmpty();
    assertThat(CgroupNames.container("/docker/" + A + "\n")).isEmpty();
    assertThat(CgroupNames.container("/docker/" + A + "\0")).isEmpty();
    assertThat(CgroupNames.container("/docker\n/" + A)).isEmpty();
    assertThat(CgroupNames.container("/x".repeat(100_000) + "/docker/" + A)).isEqualTo(A);
    assertThat(CgroupNames.container("/lxc.payload." + "n".repeat(300))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\", "\\x", "\\x2", "\\x2g", "\\y2d", "a\\"})
  void shouldLeaveWhatIsNoEscape(String name) {
    assertThat(CgroupNames.decoded(name)).isEqualTo(name);
  }

  @Test
  void shouldDecodeEscapedBytesToText() {
    assertThat(CgroupNames.decoded("a\\x2db\\xc3\\xa4")).isEqualTo("a-bä");
  }

  /** Of pieces of real names in any order, nothing but what a name may be comes out. */
  @Test
  void shouldTellNothingButNamesWhateverThePath() {
    String[] pieces = {
      "/",
      "docker",
      "-",
      A,
      ".scope",
      "kubepods",
      "pod",
      "app-flatpak-",
      "o.x.M",
      "7",
      "snap.",
      "a.",
      ".service",
      UUID,
      "\\x2d",
      "\\x00",
      "\n",
      "\0",
      "machine.slice",
      "machine-",
      "lxc",
      "..",
      "é"
    };
    Random random = new Random(7);
    for (int i = 0; i < 200_000; i++) {
      StringBuilder path = new StringBuilder("/");
      for (int n = random.nextInt(12); n >= 0; n--) {
        path.append(pieces[random.nextInt(pieces.length)]);
      }
      assertThat(CgroupNames.app(path.toString()))
          .matches("|flatpak:[A-Za-z0-9_.-]{1,255}|snap:[a-z0-9_-]{1,255}");
      assertThat(CgroupNames.container(path.toString())).doesNotContain("/").hasSizeLessThan(256);
    }
  }
}
