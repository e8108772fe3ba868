// SPDX-License-Identifier: Apache-2.0
package org.sallyport.store.file.internal;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices changes in the folder. The kernel's notices make it quick; a look once a second makes it
 * certain, also where the folder is replaced or notices are lost. A burst counts as one change.
 */
final class FolderWatch implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(FolderWatch.class);
  private static final long LOOK_INTERVAL_MS = 1_000;
  private static final long SETTLE_MS = 50;
  private static final int MAX_SETTLE_ROUNDS = 4;

  private final RuleFolder folder;
  private final Runnable changed;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread;
  private String signature;
  private WatchService notices;
  private WatchKey key;

  FolderWatch(RuleFolder folder, Runnable changed) {
    this.folder = folder;
    this.changed = changed;
    this.thread = new Thread(this, "sallyport-rule-files");
    this.thread.setDaemon(true);
  }

  /** Starts; what changes from now on is told. */
  void start() {
    signature = folder.signature();
    thread.start();
  }

  /** Stops; nothing is told once the last call has returned. */
  void close() {
    stopped.countDown();
    thread.interrupt();
  }

  @Override
  public void run() {
    try {
      while (stopped.getCount() > 0) {
        await();
        look();
      }
    } catch (InterruptedException e) {
      LOG.debug("No longer watching {}", folder.path());
    } finally {
      stopNotices();
    }
  }

  private void look() {
    String now = folder.signature();
    if (!now.equals(signature)) {
      signature = now;
      try {
        changed.run();
      } catch (RuntimeException e) {
        LOG.warn("A change in {} could not be told", folder.path(), e);
      }
    }
  }

  /** Waits for a notice, until the burst it starts is over, or for the next look. */
  private void await() throws InterruptedException {
    listen();
    if (notices == null) {
      boolean end = stopped.await(LOOK_INTERVAL_MS, TimeUnit.MILLISECONDS);
      LOG.trace("Looked without notices, end: {}", end);
      return;
    }
    WatchKey notice = notices.poll(LOOK_INTERVAL_MS, TimeUnit.MILLISECONDS);
    for (int i = 0; i < MAX_SETTLE_ROUNDS && notice != null; i++) {
      notice.pollEvents();
      notice.reset();
      notice = notices.poll(SETTLE_MS, TimeUnit.MILLISECONDS);
    }
    if (notice != null) {
      notice.pollEvents();
      notice.reset();
    }
  }

  private void listen() {
    if (key != null && key.isValid()) {
      return;
    }
    try {
      if (notices == null) {
        notices = folder.path().getFileSystem().newWatchService();
      }
      key =
          folder
              .path()
              .register(
                  notices,
                  StandardWatchEventKinds.ENTRY_CREATE,
                  StandardWatchEventKinds.ENTRY_DELETE,
                  StandardWatchEventKinds.ENTRY_MODIFY);
    } catch (IOException | ClosedWatchServiceException e) {
      LOG.debug("No notices for {}: looking once a second", folder.path(), e);
      stopNotices();
    }
  }

  private void stopNotices() {
    try {
      if (notices != null) {
        notices.close();
      }
    } catch (IOException e) {
      LOG.debug("Closing the notices failed", e);
    }
    notices = null;
    key = null;
  }
}
