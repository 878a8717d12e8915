//! Act 1, Wednesday 5 March, 08:41: twenty-three mails from a domain that only looks like the company's.

use crate::lab::catalog::Hashes;
use crate::lab::clock::{MINUTE, SECOND, march};
use crate::lab::noise::mail::{self, Mail};
use crate::lab::org::UserKind;
use crate::lab::rng::Rng;
use crate::lab::truth::Step;
use crate::lab::world::{T, World};

const STEP: Step = Step::new("act1", "T1566.001");
pub(super) const ATTACHMENT: &str = "Demurrage_48213.docm";
pub(super) const LINK: &str = "https://portal.demurrage-desk.example/invoice/48213";
const SENDER_IP: &str = "203.0.113.61";

pub(super) fn phish(world: &mut World) -> Vec<Mail> {
    let mut rng = Rng::stream("story", "act 1");
    let hashes = Hashes::of(&mut world.pool, ATTACHMENT);
    let mut time = march(5, 8, 41, 12);
    let mut mails = Vec::new();
    for (number, recipient) in recipients(world).into_iter().enumerate() {
        time += rng.range(5 * SECOND, 20 * SECOND);
        // Six get the link instead of the file; four of all never arrive.
        let with_link = number % 4 == 3 || number == 22;
        mails.push(Mail {
            time,
            id: rng.guid(),
            sender: (mail::look_alike(), "Halcyon Freight Accounts".to_owned()),
            sender_ip: SENDER_IP.to_owned(),
            recipient,
            outside: None,
            subject: "Demurrage invoice 48213".to_owned(),
            direction: "Inbound",
            threat: if number % 6 == 5 { "Phish" } else { "" },
            blocked: number % 6 == 5 || number == 16,
            urls: if with_link { vec![LINK.to_owned()] } else { Vec::new() },
            files: if with_link { Vec::new() } else { vec![(ATTACHMENT.to_owned(), hashes)] },
        });
    }
    for mail in &mails {
        mail::write(world, mail);
        world.mark(T::EmailEvents, STEP, "phishing mail from a look-alike domain");
        if mail.files.is_empty() {
            world.mark(T::EmailUrlInfo, Step::new("act1", "T1566.002"), "link in the phishing mail");
        } else {
            world.mark(T::EmailAttachmentInfo, STEP, "macro document in the phishing mail");
        }
    }
    remove(world, &mut rng, &mails);
    mails
}

/// Accounts payable and finance first, Dele Okafor at the head; then others who pay or ship.
fn recipients(world: &World) -> Vec<usize> {
    let victim = world.org.user("d.okafor");
    let wanted = ["Accounts Payable", "Finance", "Customs", "Operations"];
    let mut recipients = vec![victim];
    for department in wanted {
        let people =
            world.org.users.iter().enumerate().filter(|(index, user)| {
                user.kind == UserKind::Person && user.department == department && *index != victim
            });
        recipients.extend(people.map(|(index, _)| index).take(8));
    }
    recipients.truncate(23);
    recipients
}

/// At 10:02 the service takes twelve of the nineteen back; by then it is too late.
fn remove(world: &mut World, rng: &mut Rng, mails: &[Mail]) {
    let delivered = mails.iter().filter(|mail| !mail.blocked);
    for mail in delivered.skip(3).take(12) {
        let removed = Mail { threat: "Phish", ..mail.clone() };
        mail::remove(world, &removed, march(5, 10, 2, 0) + rng.range(0, MINUTE));
        world.mark(T::EmailPostDeliveryEvents, STEP, "removed after delivery");
    }
}
