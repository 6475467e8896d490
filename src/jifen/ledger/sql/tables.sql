-- The ledger's tables. Their writers are the functions of this folder and the bulk writer (ledger/bulk.py); nothing else.
-- An account is (owner, chart): the owner is a member's id, or PROGRAMME = 2^54 for the programme itself.

-- Chart of accounts: one row for each programme, kind and role. id = number of the kind * 16 + number of the role;
-- roles from 16 on stand in a second block (chart.sql).
CREATE TABLE ledger_chart (
    id smallint PRIMARY KEY CHECK (id >= 16),
    programme_id integer NOT NULL,
    kind text NOT NULL,
    role text NOT NULL,
    decimals smallint NOT NULL CHECK (decimals BETWEEN 0 AND 9),
    of_member boolean NOT NULL,
    cached boolean NOT NULL,  -- has balance rows; the others may go negative and are summed from entries or lots
    floor bigint NOT NULL DEFAULT 0,
    lots boolean NOT NULL DEFAULT false,  -- its balance is the sum of its lots' remainders
    stripes smallint NOT NULL DEFAULT 1 CHECK (stripes IN (1, 16)),
    UNIQUE (programme_id, kind, role)
);

-- Half of each page stays free, so that an update finds room beside the old row and touches no index (HOT).
CREATE TABLE ledger_balance (
    owner bigint NOT NULL CHECK (owner > 0),
    chart smallint NOT NULL REFERENCES ledger_chart,
    amount bigint NOT NULL DEFAULT 0,
    floor bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (owner, chart),
    CONSTRAINT ledger_balance_floor CHECK (amount >= floor)
) WITH (fillfactor = 50);

-- Locked points of one order. No index may name a column that a nightly run changes; "closed" changes once.
CREATE TABLE ledger_lot (
    owner bigint NOT NULL CHECK (owner > 0),
    id bigint NOT NULL CHECK (id > 0),  -- of the order
    programme_id integer NOT NULL,
    chart smallint NOT NULL REFERENCES ledger_chart,
    opened_on date NOT NULL,
    closed_on date NOT NULL DEFAULT '9999-12-31',  -- that day while the lot is open
    base bigint NOT NULL DEFAULT 0,
    granted bigint NOT NULL DEFAULT 0 CHECK (granted >= 0),
    scheduled bigint NOT NULL DEFAULT 0 CHECK (scheduled >= 0),
    accelerated bigint NOT NULL DEFAULT 0 CHECK (accelerated >= 0),
    cancelled bigint NOT NULL DEFAULT 0 CHECK (cancelled >= 0),
    claimed bigint NOT NULL DEFAULT 0 CHECK (claimed >= 0),
    remaining bigint NOT NULL DEFAULT 0,
    closed boolean NOT NULL DEFAULT true,
    PRIMARY KEY (owner, id),
    CONSTRAINT ledger_lot_remaining CHECK (remaining >= 0),
    CONSTRAINT ledger_lot_sum CHECK (remaining = granted - scheduled - accelerated - cancelled),
    CONSTRAINT ledger_lot_closed CHECK (closed = (remaining = 0) AND closed = (closed_on < '9999-12-31'))
) WITH (fillfactor = 50);
CREATE INDEX ledger_lot_open ON ledger_lot (programme_id, owner, id) WHERE NOT closed;

-- A key names one transfer (or one chunk of a nightly run) forever; facts is the SHA-256 of what was asked for.
CREATE TABLE ledger_key (
    programme_id integer NOT NULL,
    key text NOT NULL,
    transfer_id bigint NOT NULL,
    business_date date NOT NULL,
    facts bytea NOT NULL,
    PRIMARY KEY (programme_id, key)
);

CREATE SEQUENCE ledger_transfer_id;

-- A transfer of a nightly run holds the lines of all owners from first_owner up to end_owner; its key is the part that
-- their keys share. Other transfers list their owners, so that their entries are found through the index of entries.
CREATE TABLE ledger_transfer (
    id bigint NOT NULL,
    business_date date NOT NULL,
    programme_id integer NOT NULL,
    rule text NOT NULL,
    key text NOT NULL,
    cause text NOT NULL DEFAULT '',
    actor text NOT NULL DEFAULT '',
    reverses bigint NOT NULL DEFAULT 0,
    first_owner bigint NOT NULL DEFAULT 0,
    end_owner bigint NOT NULL DEFAULT 0,
    owners bigint[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (id, business_date)
) PARTITION BY RANGE (business_date);
CREATE INDEX ledger_transfer_day ON ledger_transfer (programme_id, business_date, id);
CREATE INDEX ledger_transfer_batch ON ledger_transfer (programme_id, key, first_owner) WHERE end_owner > 0;
CREATE INDEX ledger_transfer_reverses ON ledger_transfer (reverses) WHERE reverses > 0;

-- No foreign keys here: they would make a nightly run three times as long. The functions, the trigger in guards.sql and
-- the proofs see to it that transfers and accounts are there.
CREATE TABLE ledger_entry (
    transfer_id bigint NOT NULL,
    owner bigint NOT NULL,
    amount bigint NOT NULL CHECK (amount <> 0),
    lot bigint NOT NULL DEFAULT 0,
    business_date date NOT NULL,
    chart smallint NOT NULL,
    part smallint NOT NULL DEFAULT 0  -- column of the lot: 1 scheduled, 2 accelerated, 3 cancelled, 4 granted
) PARTITION BY RANGE (business_date);
CREATE INDEX ledger_entry_owner ON ledger_entry (owner, business_date, transfer_id);
CREATE INDEX ledger_entry_day ON ledger_entry USING brin (business_date) WITH (pages_per_range = 32, autosummarize = on);

-- How much of each line of a transfer has been taken back; a line is never taken back beyond itself.
CREATE TABLE ledger_reversed (
    original_id bigint NOT NULL,
    owner bigint NOT NULL,
    chart smallint NOT NULL,
    lot bigint NOT NULL,
    original bigint NOT NULL,
    reversed bigint NOT NULL,
    PRIMARY KEY (original_id, owner, chart, lot),
    CONSTRAINT ledger_reversed_bound CHECK (
        CASE WHEN original > 0 THEN reversed BETWEEN -original AND 0 ELSE reversed BETWEEN 0 AND -original END
    )
);

-- Two-phase moves: frozen by the hold, then settled or voided, once. id is that of the hold's transfer.
CREATE TABLE ledger_hold (
    id bigint PRIMARY KEY,
    programme_id integer NOT NULL,
    owner bigint NOT NULL,
    chart smallint NOT NULL REFERENCES ledger_chart,
    amount bigint NOT NULL CHECK (amount > 0),
    state text NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'settled', 'voided')),
    end_id bigint NOT NULL DEFAULT 0,
    CHECK ((state = 'held') = (end_id = 0))
);
CREATE INDEX ledger_hold_owner ON ledger_hold (owner, id);

CREATE TABLE ledger_dayclose (
    programme_id integer NOT NULL,
    business_date date NOT NULL,
    sequence bigint NOT NULL,
    transfers bigint NOT NULL,
    entries bigint NOT NULL,
    previous bytea NOT NULL,
    digest bytea NOT NULL,
    closed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (programme_id, business_date),
    UNIQUE (programme_id, sequence)
);

-- What the entries of a closed day add up to for each row of the chart, so that long sums need only the open days.
CREATE TABLE ledger_daytotal (
    programme_id integer NOT NULL,
    business_date date NOT NULL,
    chart smallint NOT NULL,
    entries bigint NOT NULL,
    amount bigint NOT NULL,
    PRIMARY KEY (programme_id, business_date, chart)
);

-- Owners whose lines a nightly run could not post.
CREATE TABLE ledger_skipped (
    programme_id integer NOT NULL,
    business_date date NOT NULL,
    run text NOT NULL,
    owner bigint NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (programme_id, business_date, run, owner)
);
