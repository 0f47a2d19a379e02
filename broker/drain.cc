#include "broker/drain.h"

#include <utility>

namespace cairn::broker {

bool DrainList::Add(Drainable* call) {
  log::MutexLock lock(mutex_);
  if (draining_) return false;
  calls_.insert(call);
  return true;
}

void DrainList::Remove(Drainable* call) {
  log::MutexLock lock(mutex_);
  calls_.erase(call);
}

void DrainList::DrainAll() {
  log::MutexLock lock(mutex_);
  draining_ = true;
  for (Drainable* call : calls_) call->Drain();
}

bool DrainList::draining() const {
  log::MutexLock lock(mutex_);
  return draining_;
}

std::size_t DrainList::size() const {
  log::MutexLock lock(mutex_);
  return calls_.size();
}

std::size_t HeadWatch::Wait(std::function<void()> wake) {
  log::MutexLock lock(mutex_);
  waiting_.emplace_back(next_, std::move(wake));
  return next_++;
}

bool HeadWatch::Forget(std::size_t number) {
  log::MutexLock lock(mutex_);
  for (auto it = waiting_.begin(); it != waiting_.end(); ++it) {
    if (it->first != number) continue;
    waiting_.erase(it);
    return true;
  }
  return false;
}

void HeadWatch::Notify(std::shared_ptr<const log::SignedHead> head) {
  {
    log::MutexLock lock(mutex_);
    newest_ = std::move(head);
  }
  WakeAll();
}

void HeadWatch::WakeAll() {
  std::vector<std::pair<std::size_t, std::function<void()>>> woken;
  {
    log::MutexLock lock(mutex_);
    woken.swap(waiting_);
  }
  for (auto& [number, wake] : woken) wake();
}

std::shared_ptr<const log::SignedHead> HeadWatch::Newest() const {
  log::MutexLock lock(mutex_);
  return newest_;
}

}  // namespace cairn::broker
