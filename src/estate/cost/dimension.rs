//! Dimensions: what a charge can be told by, as Cost Management names them.

use std::borrow::Cow;

use super::charge::Charge;
use crate::estate::{
    render,
    world::{World, mark::Mark},
};

/// A dimension of Cost Management.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dimension {
    ResourceId,
    ResourceType,
    ResourceGroup,
    ResourceLocation,
    SubscriptionId,
    SubscriptionName,
    ServiceName,
    ServiceFamily,
    MeterCategory,
    MeterSubCategory,
    Meter,
    MeterId,
    Product,
    ConsumedService,
    ChargeType,
    PublisherType,
    PricingModel,
    Frequency,
}

use Dimension::*;

impl Dimension {
    /// Every dimension, in the order the list shows them.
    pub(crate) const ALL: &'static [Self] = &[
        ResourceGroup,
        ResourceId,
        ResourceType,
        ResourceLocation,
        SubscriptionId,
        SubscriptionName,
        ServiceName,
        ServiceFamily,
        MeterCategory,
        MeterSubCategory,
        Meter,
        MeterId,
        Product,
        ConsumedService,
        ChargeType,
        PublisherType,
        PricingModel,
        Frequency,
    ];

    /// The name in queries and columns, and what people read.
    pub(crate) const fn names(self) -> (&'static str, &'static str) {
        match self {
            ResourceId => ("ResourceId", "Resource"),
            ResourceType => ("ResourceType", "Resource type"),
            ResourceGroup => ("ResourceGroup", "Resource group"),
            ResourceLocation => ("ResourceLocation", "Location"),
            SubscriptionId => ("SubscriptionId", "Subscription"),
            SubscriptionName => ("SubscriptionName", "Subscription name"),
            ServiceName => ("ServiceName", "Service name"),
            ServiceFamily => ("ServiceFamily", "Service family"),
            MeterCategory => ("MeterCategory", "Meter category"),
            MeterSubCategory => ("MeterSubCategory", "Meter subcategory"),
            Meter => ("Meter", "Meter"),
            MeterId => ("ResourceGuid", "Meter id"),
            Product => ("Product", "Product"),
            ConsumedService => ("ConsumedService", "Provider"),
            ChargeType => ("ChargeType", "Charge type"),
            PublisherType => ("PublisherType", "Publisher type"),
            PricingModel => ("PricingModel", "Pricing model"),
            Frequency => ("Frequency", "Frequency"),
        }
    }

    /// The dimension of this name; services spell some in more than one way.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        let other = match name.to_ascii_lowercase().as_str() {
            "resourcegroupname" => Some(ResourceGroup),
            "meterid" => Some(MeterId),
            "metername" => Some(Meter),
            "location" => Some(ResourceLocation),
            _ => None,
        };
        let mut all = Self::ALL.iter().copied();
        other.or_else(|| all.find(|one| one.names().0.eq_ignore_ascii_case(name)))
    }

    /// What a charge has there.
    pub(crate) fn value<'w>(self, world: &'w World, charge: &Charge) -> Cow<'w, str> {
        let group = charge.group(world);
        let subscription = || group.and_then(|group| world.subscription(group.subscription));
        match self {
            ResourceId => charge.resource_id(world).to_ascii_lowercase().into(),
            ResourceType => charge.resource_type(world).to_ascii_lowercase().into(),
            ResourceGroup => group.map_or("", |group| group.name.as_str()).into(),
            ResourceLocation => group.map_or("", |group| group.region.name()).into(),
            SubscriptionId => subscription().map_or("", |one| one.id.as_str()).into(),
            SubscriptionName => subscription().map_or("", |one| one.name.as_str()).into(),
            ServiceName | MeterCategory => charge.meter.service.into(),
            ServiceFamily => charge.meter.family.into(),
            MeterSubCategory => charge.meter.subcategory.into(),
            Meter => charge.meter.name.into(),
            MeterId => charge.meter.id().into(),
            Product => format!("{} - {}", charge.meter.subcategory, charge.meter.name).into(),
            ConsumedService => {
                let kind = charge.resource_type(world);
                kind.split_once('/').map_or("", |(namespace, _)| namespace).into()
            }
            // Nothing was bought ahead, so that every charge is for use at the list price.
            ChargeType => "Usage".into(),
            PublisherType => "Azure".into(),
            PricingModel => "OnDemand".into(),
            Frequency => "UsageBased".into(),
        }
    }
}

/// What a charge's resource has as a tag; a resource that is gone had its group's.
pub(crate) fn tag<'w>(world: &'w World, charge: &Charge, name: &str) -> Option<Cow<'w, str>> {
    use super::charge::Subject;
    let group = charge.group(world)?;
    let is_untagged = match charge.subject {
        Subject::Resource(ix) => world.has(ix, Mark::Untagged),
        Subject::Gone(_) => false,
    };
    if is_untagged {
        return None;
    }
    render::tag(group, name)
}
