"""Throw-away models; the tests make and drop their tables themselves, on both databases."""

from __future__ import annotations

import uuid

from django.contrib.gis.db import models

from hatang.geosqlite.fields import GeneratedPointField

APP = "geosqlite_tests"


class Thing(models.Model):
    """Any geometry, or none."""

    geometry = models.GeometryField(null=True)
    note = models.CharField(max_length=20)

    class Meta:
        app_label = APP


class Zone(models.Model):
    """A surface of one or several parts."""

    geometry = models.MultiPolygonField()
    name = models.CharField(max_length=80)

    class Meta:
        app_label = APP


class Spot(models.Model):
    """A point that the database computes, as the registers have it."""

    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    radius_m = models.FloatField(default=1000)
    zone = models.ForeignKey(Zone, models.CASCADE, null=True)
    point = GeneratedPointField(lon="lon", lat="lat")

    class Meta:
        app_label = APP


class Line(models.Model):
    """A line in metres, UTM zone 48 of VN-2000."""

    path = models.LineStringField(srid=3405)

    class Meta:
        app_label = APP


class Peak(models.Model):
    """A point with a height, and a key that is no number."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    place = models.PointField(dim=3)

    class Meta:
        app_label = APP


MODELS = (Thing, Zone, Spot, Line, Peak)
