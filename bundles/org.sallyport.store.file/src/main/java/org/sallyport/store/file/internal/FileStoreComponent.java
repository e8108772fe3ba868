// SPDX-License-Identifier: Apache-2.0
package org.sallyport.store.file.internal;

import java.nio.file.Path;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.rule.RuleStore;
import org.sallyport.api.rule.StoreException;
import org.sallyport.api.rule.StoreListener;
import org.sallyport.api.rule.StoreUnit;

/** The file store as a service, on {@code ${sallyport.etc}/rules.d}. */
@Component(service = RuleStore.class, property = "sallyport.store=file")
public final class FileStoreComponent implements RuleStore {

  private static final int ROOT = 0;

  private final FileRuleStore store;

  /** Finds the folder through the framework's or the system's property {@code sallyport.etc}. */
  @Activate
  public FileStoreComponent(BundleContext context) {
    String etc = context.getProperty("sallyport.etc");
    Path folder = Path.of(etc == null ? "/etc/sallyport" : etc, "rules.d");
    store = new FileRuleStore(new RuleFolder(folder, new SafeFiles(ROOT)), Disk.HOST);
  }

  @Deactivate
  @Override
  public void close() {
    store.close();
  }

  @Override
  public String name() {
    return store.name();
  }

  @Override
  public int rank() {
    return store.rank();
  }

  @Override
  public void open(StoreListener listener) {
    store.open(changed -> listener.changed(this));
  }

  @Override
  public List<StoreUnit> read() {
    return store.read();
  }

  @Override
  public void checkWritable(String id) throws StoreException {
    store.checkWritable(id);
  }

  @Override
  public void put(RuleDefinition rule) throws StoreException {
    store.put(rule);
  }

  @Override
  public boolean remove(String id) throws StoreException {
    return store.remove(id);
  }

  @Override
  public List<RuleDefinition> kept() throws StoreException {
    return store.kept();
  }

  @Override
  public void replaceKept(List<RuleDefinition> rules) throws StoreException {
    store.replaceKept(rules);
  }
}
