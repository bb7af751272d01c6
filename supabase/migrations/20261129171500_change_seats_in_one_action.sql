-- Who takes a guest from one table and gives them a seat at another does both in one action: like the seat itself, whose it is may be
-- looked at when all of the action is in.
alter table public.seat_assignments
  drop constraint seat_assignments_guest_key,
  add constraint seat_assignments_guest_key unique (organization_id, client_id, guest_id) deferrable initially immediate;
