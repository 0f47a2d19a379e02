// A fixed number of threads and a bounded queue: where work that blocks or takes long is done, so
// that gRPC's threads never wait.
#ifndef CAIRN_BROKER_WORKER_POOL_H_
#define CAIRN_BROKER_WORKER_POOL_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "audit/log/mutex.h"

namespace cairn::broker {

// Thread-safe. Tasks are begun in the order in which they were posted.
class WorkerPool {
 public:
  // REQUIRES: threads >= 1, capacity >= 1.
  WorkerPool(std::size_t threads, std::size_t capacity);
  // Finishes what is queued, as Stop does.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False, and the task is not taken, when `capacity` tasks wait already or the pool was stopped:
  // the caller answers that the broker is busy. Never blocks.
  [[nodiscard]] bool TryPost(std::function<void()> task);
  // Takes the task however long the queue is: for the next step of work that was let in already
  // and whose number is bounded elsewhere. False after Stop.
  [[nodiscard]] bool Post(std::function<void()> task);

  // Finishes what is queued, takes nothing more, joins the threads. May be called again.
  void Stop();

  std::size_t QueueDepth() const;

 private:
  void Work();

  const std::size_t capacity_;
  mutable log::Mutex mutex_;
  log::CondVar changed_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_WORKER_POOL_H_
