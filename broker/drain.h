// Long calls: how they learn that the broker stops, and that the log has grown.
#ifndef CAIRN_BROKER_DRAIN_H_
#define CAIRN_BROKER_DRAIN_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "audit/log/mutex.h"
#include "audit/log/outcome.h"

namespace cairn::broker {

// A call that stays open as long as its caller likes.
class Drainable {
 public:
  virtual ~Drainable() = default;
  // Takes nothing more, answers what is under way, ends. Called once at most; must not block.
  virtual void Drain() = 0;
};

// The open long calls. Thread-safe.
class DrainList {
 public:
  // False if the broker is stopping: the caller ends the call at once.
  [[nodiscard]] bool Add(Drainable* call);
  // Waits while `call` is being told to drain; when it returns, it never will be.
  void Remove(Drainable* call);
  // Tells all, and refuses new ones from here on.
  void DrainAll();
  bool draining() const;
  std::size_t size() const;

 private:
  mutable log::Mutex mutex_;
  std::set<Drainable*> calls_ ABSL_GUARDED_BY(mutex_);
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
};

// The newest signed head, and whoever waits for it to grow. Thread-safe.
class HeadWatch {
 public:
  // `wake` is called once, at the next Notify, on its thread; it must not block and must not call
  // this object. The number names it to Forget.
  std::size_t Wait(std::function<void()> wake);
  // True if `wake` was not called and now never will be.
  bool Forget(std::size_t number);
  // A new head; what waits is woken after it can be had here.
  void Notify(std::shared_ptr<const log::SignedHead> head);
  // Wakes all without a new head.
  void WakeAll();

  // Null before the first Notify.
  std::shared_ptr<const log::SignedHead> Newest() const;

 private:
  mutable log::Mutex mutex_;
  std::shared_ptr<const log::SignedHead> newest_ ABSL_GUARDED_BY(mutex_);
  std::size_t next_ ABSL_GUARDED_BY(mutex_) = 1;
  std::vector<std::pair<std::size_t, std::function<void()>>> waiting_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_DRAIN_H_
