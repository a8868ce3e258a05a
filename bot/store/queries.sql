-- Every statement of the store, by name. Portable but for {now_ms}, the database's own clock in milliseconds.

-- --- turns

-- name: is_seen
-- Whether an update was handled already.
SELECT 1 FROM seen WHERE channel = :channel AND update_id = :update_id;

-- name: add_seen
INSERT INTO seen (channel, update_id, at) VALUES (:channel, :update_id, :now) ON CONFLICT DO NOTHING;

-- name: user_of
-- The user behind a platform's id.
SELECT user_id FROM users WHERE lookup = :lookup;

-- name: load_user
SELECT u.user_id, u.wrapped_key, u.profile, s.version, s.state
FROM users AS u JOIN sessions AS s ON s.user_id = u.user_id WHERE u.lookup = :lookup;

-- name: last_link
-- The end of a user's chain of evidence.
SELECT number, head FROM evidence WHERE user_id = :user ORDER BY number DESC LIMIT 1;

-- name: user_row
SELECT channel, lookup, wrapped_key, person, profile, next_seq, next_feed, created_at FROM users WHERE user_id = :user;

-- name: add_user
INSERT INTO users (user_id, channel, lookup, wrapped_key, wrapped_by, person, profile, next_seq, next_feed, created_at)
VALUES (:user, :channel, :lookup, :wrapped_key, :wrapped_by, :person, :profile, 1, :next_feed, :now)
ON CONFLICT DO NOTHING;

-- name: set_user
-- What a turn changes of its user.
UPDATE users SET person = :person, profile = :profile, next_seq = :next_seq, forget_at = :forget_at
WHERE user_id = :user;

-- name: add_session
INSERT INTO sessions (user_id, version, state, held_until) VALUES (:user, 1, :state, :held_until);

-- name: set_session
-- Compare and set.
UPDATE sessions SET version = version + 1, state = :state, held_until = :held_until
WHERE user_id = :user AND version = :version;

-- name: add_consent
INSERT INTO consents (user_id, number, version, entry) VALUES (:user, :number, :version, :entry);

-- name: last_consent
SELECT max(number) FROM consents WHERE user_id = :user;

-- name: add_evidence
INSERT INTO evidence (user_id, number, commitments, head, entry) VALUES (:user, :number, :commitments, :head, :entry);

-- name: erase_evidence
-- The words and the salt go; commitments and head stay.
UPDATE evidence SET entry = NULL, erased_at = :now WHERE user_id = :user AND number = :number AND entry IS NOT NULL;

-- name: evidence_of
SELECT number, commitments, head, entry, erased_at FROM evidence WHERE user_id = :user ORDER BY number;

-- --- questions without a good answer

-- name: count_gap
INSERT INTO gaps (day, topic, gap, count) VALUES (:day, :topic, :gap, 1)
ON CONFLICT (day, topic, gap) DO UPDATE SET count = gaps.count + 1;

-- name: gaps_since
SELECT day, topic, gap, count FROM gaps WHERE day >= :day ORDER BY day, topic, gap;

-- name: last_question
SELECT max(number) FROM questions WHERE user_id = :user;

-- name: add_question
INSERT INTO questions (user_id, number, left_at, entry) VALUES (:user, :number, :now, :entry);

-- name: trim_questions
DELETE FROM questions WHERE user_id = :user AND number <= :number;

-- name: erase_questions
DELETE FROM questions WHERE user_id = :user;

-- name: questions_of
SELECT number, left_at, entry FROM questions WHERE user_id = :user ORDER BY number;

-- name: questions_left
-- Those of all users, for an editor.
SELECT q.user_id, u.wrapped_key, q.number, q.left_at, q.entry
FROM questions AS q JOIN users AS u ON u.user_id = q.user_id ORDER BY q.left_at, q.user_id, q.number;

-- --- the outbox

-- name: add_row
INSERT INTO outbox (user_id, seq, action, channel, lane, part, due_at, dedupe, dedupe_part, attempts, repeats,
                    leased_until, lease_owner)
VALUES (:user, :seq, :action, :channel, :lane, :part, :due_at, :dedupe, :dedupe_part, :attempts, 0,
        CASE WHEN :owner IS NULL THEN NULL ELSE {now_ms} + :lease_ms END, :owner);

-- name: drop_replaced
-- Rows that a newer one of the same key takes the place of, unless they are on their way.
UPDATE outbox SET done_at = :now, gave_up = 'replaced', part = NULL, dedupe = NULL
WHERE user_id = :user AND dedupe = :dedupe AND done_at IS NULL AND (leased_until IS NULL OR leased_until < {now_ms});

-- name: free_dedupe
UPDATE outbox SET dedupe = NULL WHERE user_id = :user AND dedupe = :dedupe AND done_at IS NULL;

-- name: is_held_up
-- Whether something of the user waits to be said that is not in this process's hands: then new rows wait behind it.
SELECT 1 FROM outbox WHERE user_id = :user AND done_at IS NULL AND lane = 0
AND (leased_until IS NULL OR leased_until < {now_ms} OR lease_owner <> :owner) LIMIT 1;

-- name: claimable
-- Rows of a lane (live replies or work) that nobody holds, each the oldest of its user there. They are due from their
-- commit on, also where another process's clock was ahead.
SELECT o.user_id, o.seq FROM outbox AS o
WHERE o.done_at IS NULL AND o.lane = :lane
AND (o.retry_at IS NULL OR o.retry_at <= :now)
AND (o.leased_until IS NULL OR o.leased_until < {now_ms})
AND NOT EXISTS (
    SELECT 1 FROM outbox AS e
    WHERE e.user_id = o.user_id AND e.done_at IS NULL AND e.lane = :lane AND e.seq < o.seq
)
ORDER BY o.due_at LIMIT :limit;

-- name: claimable_reminders
-- Due reminders that nobody holds, each its user's first, and only where no live reply is still to be said.
SELECT o.user_id, o.seq FROM outbox AS o
WHERE o.done_at IS NULL AND o.lane = 1 AND o.due_at <= :now
AND (o.retry_at IS NULL OR o.retry_at <= :now)
AND (o.leased_until IS NULL OR o.leased_until < {now_ms})
AND NOT EXISTS (SELECT 1 FROM outbox AS e WHERE e.user_id = o.user_id AND e.done_at IS NULL AND e.lane = 0)
AND NOT EXISTS (
    SELECT 1 FROM outbox AS e
    WHERE e.user_id = o.user_id AND e.done_at IS NULL AND e.lane = 1 AND (e.due_at, e.seq) < (o.due_at, o.seq)
)
ORDER BY o.due_at LIMIT :limit;

-- name: lease
UPDATE outbox SET leased_until = {now_ms} + :lease_ms, lease_owner = :owner, attempts = attempts + 1,
    repeats = repeats + CASE WHEN attempts > 0 THEN 1 ELSE 0 END
WHERE user_id = :user AND seq = :seq;

-- name: renew
UPDATE outbox SET leased_until = {now_ms} + :lease_ms
WHERE user_id = :user AND seq = :seq AND lease_owner = :owner AND done_at IS NULL;

-- name: leased_row
SELECT u.wrapped_key, u.person, o.channel, o.action, o.part, o.due_at, o.attempts, o.lane
FROM outbox AS o JOIN users AS u ON u.user_id = o.user_id WHERE o.user_id = :user AND o.seq = :seq;

-- name: settle_delivered
UPDATE outbox SET done_at = :now, sent_at = :now, external_id = :external_id, part = NULL, dedupe = NULL,
    leased_until = NULL, lease_owner = NULL
WHERE user_id = :user AND seq = :seq AND done_at IS NULL;

-- name: settle_work
-- Complete a piece of work together with what its result changes.
UPDATE outbox SET done_at = :now, sent_at = :now, part = NULL, leased_until = NULL, lease_owner = NULL
WHERE user_id = :user AND seq = :seq AND done_at IS NULL AND action = 'work';

-- name: settle_retry
UPDATE outbox SET retry_at = :retry_at, leased_until = NULL, lease_owner = NULL
WHERE user_id = :user AND seq = :seq AND done_at IS NULL AND lease_owner = :owner;

-- name: settle_gave_up
UPDATE outbox SET done_at = :now, gave_up = :reason, part = NULL, dedupe = NULL, leased_until = NULL, lease_owner = NULL
WHERE user_id = :user AND seq = :seq AND done_at IS NULL AND lease_owner = :owner;

-- name: settle_released
UPDATE outbox SET leased_until = NULL, lease_owner = NULL, attempts = attempts - 1,
    repeats = repeats - CASE WHEN attempts > 1 THEN 1 ELSE 0 END
WHERE user_id = :user AND seq = :seq AND done_at IS NULL AND lease_owner = :owner;

-- name: drop_words
-- Everything that a user who is gone was still to be told.
UPDATE outbox SET done_at = :now, gave_up = 'recipient gone', part = NULL, dedupe = NULL, leased_until = NULL,
    lease_owner = NULL
WHERE user_id = :user AND done_at IS NULL AND action <> 'work';

-- name: hold_from_delivery
-- The 24 hours of a message held without consent begin when its answer is delivered.
UPDATE sessions SET held_until = :held_until
WHERE user_id = :user AND held_until IS NOT NULL
AND EXISTS (SELECT 1 FROM outbox WHERE user_id = :user AND seq = :seq AND lane = 0);

-- name: next_due
SELECT min(at) FROM (
    SELECT min(due_at) AS at FROM outbox WHERE done_at IS NULL AND lane = 1 AND due_at > :after
    UNION ALL SELECT min(retry_at) FROM outbox WHERE done_at IS NULL AND retry_at IS NOT NULL AND retry_at > :after
) AS moments;

-- name: is_waiting
-- Whether a row is due and open, but for those that wait to be tried again and those behind them.
SELECT 1 FROM outbox AS o
WHERE o.done_at IS NULL AND (o.lane <> 1 OR o.due_at <= :now) AND (o.retry_at IS NULL OR o.retry_at <= :now)
AND NOT EXISTS (
    SELECT 1 FROM outbox AS e
    WHERE e.user_id = o.user_id AND e.done_at IS NULL AND e.retry_at > :now AND (e.lane = 2) = (o.lane = 2)
) LIMIT 1;

-- name: backlog
SELECT count(*), min(due_at) FROM outbox WHERE done_at IS NULL AND due_at <= :now;

-- name: free_leases
-- What a process that is gone had in its hands.
UPDATE outbox SET leased_until = NULL, lease_owner = NULL WHERE done_at IS NULL AND leased_until IS NOT NULL;

-- --- the web page's feed

-- name: feed_user
SELECT user_id, wrapped_key, profile, next_feed FROM users WHERE lookup = :lookup;

-- name: feed_id
SELECT id FROM feed WHERE user_id = :user AND key = :key;

-- name: add_feed
INSERT INTO feed (user_id, id, key, part, wipe_at) VALUES (:user, :id, :key, :part, :wipe_at);

-- name: set_next_feed
UPDATE users SET next_feed = :next_feed WHERE user_id = :user;

-- name: trim_feed
DELETE FROM feed WHERE user_id = :user AND id <= :id;

-- name: feed_since
SELECT id, part FROM feed WHERE user_id = :user AND id > :after ORDER BY id;

-- name: date_feed
-- When consent is given or withdrawn.
UPDATE feed SET wipe_at = :wipe_at WHERE user_id = :user;

-- --- keeping and forgetting

-- name: purge_seen
DELETE FROM seen WHERE (channel, update_id) IN
    (SELECT channel, update_id FROM seen WHERE at < :before ORDER BY at LIMIT :limit);

-- name: purge_rows
DELETE FROM outbox WHERE (user_id, seq) IN
    (SELECT user_id, seq FROM outbox WHERE done_at < :before ORDER BY done_at LIMIT :limit);

-- name: purge_feed
DELETE FROM feed WHERE (user_id, id) IN (SELECT user_id, id FROM feed WHERE wipe_at <= :now LIMIT :limit);

-- name: purge_questions
DELETE FROM questions WHERE (user_id, number) IN
    (SELECT user_id, number FROM questions WHERE left_at <= :before ORDER BY left_at LIMIT :limit);

-- name: purge_gaps
DELETE FROM gaps WHERE (day, topic, gap) IN (SELECT day, topic, gap FROM gaps WHERE day < :before LIMIT :limit);

-- name: held_too_long
-- The day begins with the delivery: what is still to be said is waited for.
SELECT s.user_id, s.version, s.state, u.wrapped_key, u.profile FROM sessions AS s JOIN users AS u ON u.user_id = s.user_id
WHERE s.held_until <= :now
AND NOT EXISTS (SELECT 1 FROM outbox AS o WHERE o.user_id = s.user_id AND o.done_at IS NULL AND o.lane = 0)
LIMIT :limit;

-- name: stop_holding
UPDATE sessions SET held_until = NULL WHERE user_id = :user;

-- name: users_to_forget
-- Erased users, once nothing is left to be told them.
SELECT user_id FROM users WHERE forget_at <= :now
AND NOT EXISTS (SELECT 1 FROM outbox AS o WHERE o.user_id = users.user_id AND o.done_at IS NULL) LIMIT :limit;

-- name: users_wrapped_before
SELECT user_id, wrapped_key FROM users WHERE wrapped_by <> :first LIMIT :limit;

-- name: set_wrapped_key
UPDATE users SET wrapped_key = :wrapped_key, wrapped_by = :first WHERE user_id = :user;

-- name: secret
SELECT wrapped, wrapped_by FROM secrets WHERE name = :name;

-- name: add_secret
INSERT INTO secrets (name, wrapped, wrapped_by) VALUES (:name, :wrapped, :first);

-- name: set_secret
UPDATE secrets SET wrapped = :wrapped, wrapped_by = :first WHERE name = :name;

-- name: destroy_key
UPDATE users SET wrapped_key = :nothing WHERE user_id = :user;

-- name: delete_user
-- All of his rows go with him.
DELETE FROM users WHERE user_id = :user;

-- name: add_erasure
INSERT INTO erasures (lookup, at) VALUES (:lookup, :now) ON CONFLICT DO NOTHING;

-- name: users_before
-- The user of this hash, if he has been one since before a moment.
SELECT user_id FROM users WHERE lookup = :lookup AND created_at < :at;

-- name: session_of
SELECT version, state, held_until FROM sessions WHERE user_id = :user;

-- name: consents_of
SELECT number, version, entry FROM consents WHERE user_id = :user ORDER BY number;

-- name: open_rows_of
SELECT seq, action, part, due_at FROM outbox WHERE user_id = :user AND done_at IS NULL ORDER BY seq;

-- name: feed_of
SELECT id, part FROM feed WHERE user_id = :user ORDER BY id;
